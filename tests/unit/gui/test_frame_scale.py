"""On a screen of a higher resolution the same holds."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).parent
HELD = (TESTS / "test_frame_accessibility.py", TESTS / "widgets" / "test_dialog_audit.py")


def test_that_names_and_texts_hold_at_a_factor_of_one_and_a_half() -> None:
    """Of window and dialogs, in a process of their own: Qt reads the factor once."""
    which = "1.0 or on_screen_and_whole"  # the dialogs with texts that are 25 % larger
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", which, *map(str, HELD)]
    done = subprocess.run(
        command, env={**os.environ, "QT_SCALE_FACTOR": "1.5"}, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout
