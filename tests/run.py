"""Runs the whole test suite with the branch coverage of `core/`, in random order, four files at a time."""

from __future__ import annotations

import faulthandler
import os
import sys

import pytest

# Much of the time is spent waiting for servers and processes. Each of the four has private servers of its own. The
# order of the files is that of `tests/support/suite_order.py`.
SIDE_BY_SIDE = ["-n", "4", "--dist", "loadfile", "--no-loadscope-reorder"]
# A process that dies has failed the run: the others end with the file they are at, and none takes its place.
NO_SECOND_CHANCE = ["--max-worker-restart", "0"]
COVERAGE = ["--cov", "--cov-report=term", "--cov-fail-under=100"]
# Tests have time limits of their own; this one is for what is none: collecting, handing out, ending.
LONGEST_S = 3_600.0


def main() -> int:
    # Hundreds of processes would each compile all modules anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    # Until the interpreter has ended, which may hang as well. To a copy of stderr: pytest puts a file in its place.
    faulthandler.dump_traceback_later(LONGEST_S, exit=True, file=os.dup(sys.stderr.fileno()))
    return pytest.main([*SIDE_BY_SIDE, *NO_SECOND_CHANCE, *COVERAGE, *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
