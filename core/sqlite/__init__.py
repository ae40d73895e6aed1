"""Opening SQLite files safely, and telling whether a path still names the file that was opened."""
