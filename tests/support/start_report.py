"""A program that tells how it was started, for the tests of its start: `python -m tests.support.start_report [END]`."""

from __future__ import annotations

import json
import locale
import os
import signal
import sys
import threading
import time
from pathlib import Path


def report() -> dict[str, object]:
    """What one start has like another."""
    return {
        "arguments": sys.argv,
        "module": sys.modules["__main__"].__name__,
        "folder": str(Path.cwd()),
        "group": os.getpgid(0),
        "environment": dict(os.environ),
        "zone": time.tzname,
        "locale": locale.setlocale(locale.LC_ALL),
        "flags": str(sys.flags),
        "path": sys.path,
        "warnings": len(sys.warnoptions),
        "signals": {number.name: str(signal.getsignal(number)) for number in sorted(signal.valid_signals(), key=int)
                    if isinstance(number, signal.Signals)},
        "blocked": sorted(signal.pthread_sigmask(signal.SIG_BLOCK, ())),
        "threads": [thread.name for thread in threading.enumerate()],
        "streams": [str(stream) for stream in (sys.stdin, sys.stdout, sys.stderr)],
        "buffered": [stream.line_buffering for stream in (sys.stdin, sys.stdout, sys.stderr)],
        "input": sys.stdin.read(),
    }  # fmt: skip


def main(end: str) -> None:
    sys.stdout.write(json.dumps({"pid": os.getpid()} | report()) + "\n")
    if end == "raise":
        raise RuntimeError("as it was told to")
    if end == "interrupt":
        signal.raise_signal(signal.SIGINT)
    if end == "say":
        sys.exit("the last word")
    if end == "abort":
        sys.stdout.flush()
        os.abort()


if __name__ == "__main__":
    main("".join(sys.argv[1:]))
