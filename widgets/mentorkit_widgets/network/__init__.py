"""The app that shows the tandems across organisations."""
