"""`python -m worker.demo.relaunch ARGUMENTS`: becomes a console, once the one that started it has ended.

It is in a session of its own: what kills that console does not reach it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

CONSOLE = "gui"


def start_relauncher(arguments: Sequence[str]) -> subprocess.Popen[bytes]:
    """Keep what it returns: the pipe to its standard input is how it notices the end of this process.

    OSError where it cannot be started.
    """
    return subprocess.Popen(
        [sys.executable, "-m", "worker.demo.relaunch", *arguments], stdin=subprocess.PIPE, start_new_session=True
    )


def main(arguments: Sequence[str]) -> None:
    sys.stdin.buffer.read()  # ends with the process that has the other end, however that ends
    os.execv(sys.executable, [sys.executable, "-m", CONSOLE, *arguments])


if __name__ == "__main__":
    main(sys.argv[1:])
