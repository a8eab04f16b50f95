"""How many cores this process may keep busy."""

import math
import os
from pathlib import Path

# Where Linux says what a container may use, in microseconds a period: "200000 100000", or "max 100000".
CPU_QUOTA = Path("/sys/fs/cgroup/cpu.max")


def available_cores(quota: Path = CPU_QUOTA) -> int:
    """Return the number of cores, at least 1: those the process may run on, or fewer if a quota says so."""
    # macOS ties no process to cores.
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        allowed, period = quota.read_text().split()
        return max(1, min(cores, math.ceil(int(allowed) / int(period))))
    except (OSError, ValueError, ZeroDivisionError):
        return cores
