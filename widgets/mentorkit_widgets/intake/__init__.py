"""The app in which applications are taken in."""
