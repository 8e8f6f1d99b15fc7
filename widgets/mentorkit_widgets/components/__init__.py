"""What apps are made of: controls with a Python model and a small script, none of which knows an app."""
