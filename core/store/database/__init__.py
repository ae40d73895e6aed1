"""The database port, its SQLite and PostgreSQL adapters, the schema and its migrations."""
