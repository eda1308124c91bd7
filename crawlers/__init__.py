"""Everything that touches the network: sources, the crawl, landing, and the sample world."""
