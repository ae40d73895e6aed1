"""Node.js, for tests of what browsers and other clients run."""

from __future__ import annotations

import os
import shutil

import pytest


def node() -> str:
    """Without Node.js the test skips with the install line, and fails where CI=true."""
    found = shutil.which("node")
    if found is None:
        why = "Node.js is not installed; install it with: apt-get install nodejs"
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(why)
        pytest.skip(why)
    return found
