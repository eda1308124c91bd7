"""Measuring quality against labelled files: `python -m tests.quality --help`."""
