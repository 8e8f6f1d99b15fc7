"""The server of the apps: Voila with log-in. The one part that knows Voila."""
