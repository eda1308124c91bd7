"""One module per source, found by its name; see `crawlers.source`."""
