"""The app in which tandems are found, decided on and approved."""
