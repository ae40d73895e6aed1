"""Passwords of URLs: split off before anything is saved, stored in the computer's keychain where there is one."""

from __future__ import annotations

import os
import stat
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, TypeGuard
from urllib.parse import quote, unquote

from core.errors import SettingError

SERVICE = "paceline"
PASSWORD_FILE = "passwords"  # written by the user: `user@host:port/vhost password`, one a line, mode 0600
MAX_PASSWORD_FILE_BYTES = 65_536
NOT_KEPT = (
    "This computer offers no keychain, so the password is not saved: set it in the environment "
    "(PACELINE_BROKER, PACELINE_DATABASE) or give it again next time."
)


def split_password(url: str) -> tuple[str, str | None]:
    """(URL without its password, the password or None). The password is decoded from its %-form."""
    scheme, separator, rest = url.partition("://")
    end = min((at for at in (rest.find(mark) for mark in "/?#") if at >= 0), default=len(rest))
    user_info, at_sign, place = rest[:end].rpartition("@")
    user, colon, password = user_info.partition(":")
    if not (separator and at_sign and colon):
        return url, None
    return f"{scheme}://{user}@{place}{rest[end:]}", unquote(password)


def with_password(url: str, password: str) -> str:
    """The URL with the password after its user name; unchanged where it names no user."""
    scheme, separator, rest = url.partition("://")
    user, at_sign, place = rest.partition("@")
    if not (separator and at_sign and user):
        return url
    return f"{scheme}://{user}:{quote(password, safe='')}@{place}"


def password_key(url: str) -> str:
    """Key of a stored password: the URL without scheme, password and options (`user@host:port/vhost`)."""
    return split_password(url)[0].partition("://")[2].partition("?")[0]


def needs_password(url: str) -> bool:
    """Whether it names a user but no password."""
    bare, password = split_password(url)
    return password is None and "@" in bare.partition("://")[2].partition("/")[0]


class PasswordStore(Protocol):
    """Where passwords are stored between runs."""

    def load(self, key: str) -> str | None: ...

    def save(self, key: str, password: str) -> bool:
        """False where nothing can be stored."""


def _is_text(password: object) -> TypeGuard[str]:
    """Whether it can be encoded in a URL: half a surrogate pair cannot."""
    try:
        return isinstance(password, str) and bool(password.encode("utf-8"))
    except UnicodeEncodeError:
        return False


class Keychain:
    """The keychain of the desktop, through `keyring`, which is installed with the console and may be missing on
    servers.

    Where there is none, or it refuses, nothing is found and nothing stored. A backend may raise anything else, and may
    hang: see BoundedKeychain.
    """

    def load(self, key: str) -> str | None:
        keyring = _keyring()
        if keyring is None:
            return None
        try:
            password = keyring.get_password(SERVICE, key)
        except keyring.errors.KeyringError:
            return None
        return password if _is_text(password) else None

    def save(self, key: str, password: str) -> bool:
        keyring = _keyring()
        if keyring is None:
            return False
        try:
            keyring.set_password(SERVICE, key, password)
            # The null backend accepts everything and stores nothing.
            return bool(keyring.get_password(SERVICE, key) == password)
        except keyring.errors.KeyringError:
            return False


def _keyring() -> Any:
    """The library, or None. Loaded with its errors."""
    try:
        import_module("keyring.errors")
        return import_module("keyring")
    except ImportError:
        return None


class PasswordFile:
    """A file written by its owner, for machines without a keychain. Only read, never written: see the contract."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self, key: str) -> str | None:
        """Raises SettingError when others may read the file, or it is unusable."""
        if not self._path.exists():
            return None
        try:
            if os.name == "posix" and stat.S_IMODE(self._path.stat().st_mode) & 0o077:
                raise SettingError(f"{self._path} holds passwords but others may read it: run chmod 600 on it.")
            with self._path.open("rb") as file:
                text = file.read(MAX_PASSWORD_FILE_BYTES).decode("utf-8")
        except (OSError, UnicodeDecodeError):
            raise SettingError(f"{self._path} cannot be read.") from None
        for line in text.splitlines():
            name, _, password = line.strip().partition(" ")
            if name == key and password:
                return password
        return None


class Passwords:
    """The keychain first, then the file."""

    def __init__(self, keychain: PasswordStore, file: PasswordFile) -> None:
        self._keychain = keychain
        self._file = file

    def complete(self, url: str) -> str:
        """The URL with the stored password, if it needs one and one is stored."""
        if not needs_password(url):
            return url
        key = password_key(url)
        password = self._keychain.load(key) or self._file.load(key)
        return url if password is None else with_password(url, password)

    def set_aside(self, url: str) -> tuple[str, str]:
        """(the URL as it may be saved, a sentence if its password could not be stored). Stores the password."""
        bare, password = split_password(url)
        if password is None:
            return bare, ""
        return bare, "" if self._keychain.save(password_key(bare), password) else NOT_KEPT
