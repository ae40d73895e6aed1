"""The results database: writer, reader, queries, failures."""
