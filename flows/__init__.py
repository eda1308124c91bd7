"""Thin orchestration with Prefect, and the command line."""
