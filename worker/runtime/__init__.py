"""Shared by all programs with threads: their life, shutdown, connection status, damaged files, a bounded keychain."""
