"""Setting up: programmes and runs begun, settings changed with a look at what that does, changes undone."""
