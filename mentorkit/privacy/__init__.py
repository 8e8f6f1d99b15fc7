"""Who may do what, and who is who: permissions, users, log-ins."""
