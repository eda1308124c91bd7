"""Everything that touches DuckDB: reading landing, SQLMesh models, publishing and exports."""
