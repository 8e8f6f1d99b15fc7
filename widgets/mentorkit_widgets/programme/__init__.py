"""The app in which programmes and runs are set up."""
