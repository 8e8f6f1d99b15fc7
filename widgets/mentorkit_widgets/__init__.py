"""The apps of the workbench: one module per app, each with a model and a view.

A notebook shows an app in one line: ``from mentorkit_widgets import intake_app; intake_app()``.
"""
