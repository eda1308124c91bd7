"""Nights that are killed, or run out of disk."""
