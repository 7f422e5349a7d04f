"""Measure every budget that exists by now and say which are met: `make bench`.

Each group runs in a folder of its own. The table goes to the screen, the figures with machine and date to
benchmarks/results/. `run.py NAME ...` runs only some groups.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import orjson

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import dose, paper, start, store, terms, travel, ward, window  # noqa: E402
from benchmarks.measure import Figure  # noqa: E402

GROUPS: dict[str, Callable[[Path], list[Figure]]] = {
    "start": start.start,
    "window": window.window,
    "ward": ward.ward,
    "dose": dose.dose,
    "save": store.save,
    "first-sync": travel.first_sync,
    "signed-to-seen": travel.signed_to_seen,
    "paper": lambda _folder: paper.first_page(),
    "terms": lambda _folder: terms.figures(),
    "search": store.search,
}


def machine() -> dict[str, str]:
    """Say what the figures were measured on."""
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return {
        "cores": str(os.cpu_count()),
        "memory": f"{pages * size / 2**30:.0f} GiB",
        "processor": _processor(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "load": " ".join(f"{load:.1f}" for load in os.getloadavg()),
    }


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")),
        platform.machine(),
    )


def main(names: list[str]) -> None:
    """Run the groups, print the table, keep the figures."""
    where = machine()
    sys.stdout.write("".join(f"{key}: {value}\n" for key, value in where.items()))
    figures: list[Figure] = []
    for name in names or list(GROUPS):
        with tempfile.TemporaryDirectory(prefix=f"bench-{name}-") as folder:
            for figure in GROUPS[name](Path(folder)):
                figures.append(figure)
                sys.stdout.write(line_of(figure))
                sys.stdout.flush()
    missed = [figure.budget for figure in figures if figure.met is False]
    sys.stdout.write(
        f"{len(figures)} figures, {len(missed)} missed{': ' if missed else ''}{'; '.join(missed)}\n"
    )
    keep(where, figures)


def line_of(figure: Figure) -> str:
    """Write one line of the table."""
    verdict = {True: "met", False: "MISSED", None: "    "}[figure.met]
    note = f"  ({figure.note})" if figure.note else ""
    return f"{verdict:7} {figure.budget:52} {figure.bound:24} {figure.measured}{note}\n"


def keep(where: dict[str, str], figures: list[Figure]) -> None:
    """Write the figures beside the machine and the date."""
    now = datetime.now(UTC)
    target = ROOT / "benchmarks" / "results" / f"{now:%Y-%m-%d-%H%M}.json"
    target.parent.mkdir(exist_ok=True)
    body = {
        "at": now.isoformat(timespec="seconds"),
        "machine": where,
        "figures": [asdict(f) for f in figures],
    }
    target.write_bytes(orjson.dumps(body, option=orjson.OPT_INDENT_2))


if __name__ == "__main__":
    main(sys.argv[1:])
