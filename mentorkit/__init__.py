"""mentorkit: a workbench for coordinators of mentoring programmes."""

__version__ = "0.1.0"
