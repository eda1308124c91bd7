"""Measurements against real data; run by hand."""
