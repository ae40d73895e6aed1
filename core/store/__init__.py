"""The results database: its writer, its readers, its schema."""
