"""What people edit (YAML), the package that types it, and the neutral modules that every layer may import."""
