"""Access rules of the HTTP endpoint: callers with the token, and no web pages of other sites."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address
from typing import Literal
from urllib.parse import urlsplit

Decision = Literal["open", "unauthorized", "forbidden"]


@lru_cache(64)
def is_loopback(host: str) -> bool:
    """True for `localhost` and loopback addresses. Other names count as remote: DNS may point them anywhere."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class AccessPolicy:
    """`token` None: no token is required. `local`: listens on loopback only, so the Host must be a loopback name."""

    token: str | None
    local: bool

    def decide(self, headers: Mapping[str, str]) -> Decision:
        """`headers` by their names in lower case. A valid token is accepted from any origin."""
        if self.has_token(headers):
            return "open"
        if not self._is_same_site(headers):
            return "forbidden"
        return "open" if self.token is None else "unauthorized"

    def has_token(self, headers: Mapping[str, str]) -> bool:
        if self.token is None:
            return False
        scheme, _, given = headers.get("authorization", "").partition(" ")
        # Both sides as bytes: compare_digest refuses text that is not ASCII.
        same = hmac.compare_digest(given.strip().encode(), self.token.encode())
        return same and scheme.lower() == "bearer"

    def _is_same_site(self, headers: Mapping[str, str]) -> bool:
        """False for a page of another site (its browser sends Origin), and for a foreign Host name (DNS rebinding)."""
        host = headers.get("host", "")
        if self.local and not is_loopback(_name_of(host)):
            return False
        origin = headers.get("origin")
        if origin is None:
            return headers.get("sec-fetch-site", "none") in ("none", "same-origin")
        return bool(host) and origin.lower() == f"http://{host}".lower()


def _name_of(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
