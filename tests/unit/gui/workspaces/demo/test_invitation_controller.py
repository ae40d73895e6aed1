"""What a console with data of its own loads of the demonstration."""

from __future__ import annotations

import subprocess
import sys

LOADS = """
import sys
import gui.startup.session
import gui.workspaces.demo.invitation_controller
print([name for name in sys.modules if name.startswith("worker.demo")])
"""


def test_that_it_is_nothing_but_the_invitation() -> None:
    done = subprocess.run([sys.executable, "-c", LOADS], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"
