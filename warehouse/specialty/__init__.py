"""What a work is about: text as rules read it. Pure functions."""
