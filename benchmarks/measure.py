"""How a figure is taken, judged and written down."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured budget. `met` is None for a figure that only informs."""

    budget: str
    bound: str
    measured: str
    met: bool | None = None
    note: str = ""


def timed(act: Callable[[], object], runs: int) -> list[float]:
    """Run an act and give each duration in milliseconds, sorted."""
    found = []
    for _ in range(runs):
        started = time.perf_counter()
        act()
        found.append((time.perf_counter() - started) * 1000)
    return sorted(found)


def percentile(sorted_ms: list[float], share: float) -> float:
    """Give a percentile of sorted durations."""
    return sorted_ms[min(len(sorted_ms) - 1, int(len(sorted_ms) * share))]


def spread(sorted_ms: list[float]) -> str:
    """Write median, p95 and p99."""
    p95, p99 = percentile(sorted_ms, 0.95), percentile(sorted_ms, 0.99)
    return f"p50 {statistics.median(sorted_ms):.2f}  p95 {p95:.2f}  p99 {p99:.2f} ms"
