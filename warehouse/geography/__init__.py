"""Where an organisation is: affiliation strings to organisations, countries and cities. Pure functions over rows."""
