"""The threads of a host program, in the order they are stopped: accept no more, stop consuming, stop publishing."""

from __future__ import annotations

from worker.link import Link
from worker.monitor_thread import MonitorThread
from worker.publisher_thread import PublisherThread
from worker.worker_thread import WorkerThread

__all__ = ["Link", "MonitorThread", "PublisherThread", "WorkerThread"]
