"""`qingnang` without a command: the window of this computer's desk."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSysInfo

from ui.app import Setup, run
from ui.cli.place import station_of


def show(folder: Path) -> int:
    """Show the window of a desk folder until it is closed; gives the exit code."""
    return run(Setup(folder, station_of(folder), station_name=QSysInfo.machineHostName()))
