"""Runs the whole test suite with the branch coverage of `core/`, in random order, three files at a time."""

from __future__ import annotations

import os
import sys

import pytest

# Most of the time is spent waiting for servers and processes. Each of the three has private servers of its own.
SIDE_BY_SIDE = ["-n", "3", "--dist", "loadfile"]


def main() -> int:
    return pytest.main([*SIDE_BY_SIDE, "--cov", "--cov-report=term", "--cov-fail-under=99", *sys.argv[1:]])


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # Everything is reported by now. Qt's objects, left to the interpreter's shutdown in any order, crash at times.
    os._exit(code)
