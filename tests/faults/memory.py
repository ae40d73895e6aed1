"""How much memory this process has."""

from __future__ import annotations

import gc
import resource
import sys
from pathlib import Path

_STATUS = Path("/proc/self/status")


def resident_mb(*, collected: bool = True) -> float:
    """Now, after a collection; the most there ever was where the system does not tell what there is now.

    A collection stops every thread for a while: not `collected` where that is measured.
    """
    if collected:
        gc.collect()
    if _STATUS.exists():
        line = next(line for line in _STATUS.read_text().splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
