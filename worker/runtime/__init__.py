"""Shared by all programs with threads: shutdown, connection status, damaged files, time-limited keychain access."""
