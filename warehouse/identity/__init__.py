"""Who is whom: artifacts to works, mentions and accounts to people. Pure functions over rows."""
