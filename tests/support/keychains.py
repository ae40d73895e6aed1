"""Where tests keep passwords: nowhere."""

from __future__ import annotations


class NoKeychain:
    """Passwords of a test are in its URL and nowhere else."""

    def load(self, key: str) -> str | None:
        return None

    def save(self, key: str, password: str) -> bool:
        raise AssertionError("no password was to be kept")
