"""Intake: reading files of applications, understanding and judging them, taking them in."""
