"""A printer on this computer for one test: CUPS without systemd, a simulated IPP printer that keeps what it gets.

Everything listens on the loopback only and ends with the test. It needs root, because CUPS has one fixed socket.
"""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.desktop.screen import Screen, until

PPD = "/usr/share/ppd/cups-pdf/CUPS-PDF_opt.ppd"
NAME = "WardA5"
PORT = "8631"


@contextmanager
def printer(screen: Screen) -> Iterator[Path]:
    """Make the printer; gives the folder in which printed papers arrive."""
    spool = screen.home / "spool"
    spool.mkdir()
    if not on_the_bus(screen, "org.freedesktop.DBus"):
        Path("/run/dbus").mkdir(parents=True, exist_ok=True)
        screen.spawn("dbus-daemon", "--system", "--nofork", "--nopidfile")
        until(lambda: on_the_bus(screen, "org.freedesktop.DBus"), "the system bus")
    if not on_the_bus(screen, "org.freedesktop.Avahi"):
        screen.spawn("avahi-daemon", "--no-drop-root", "--no-chroot", "--no-rlimits")
        until(lambda: on_the_bus(screen, "org.freedesktop.Avahi"), "avahi")
    if not scheduler(screen):
        screen.spawn("/usr/sbin/cupsd", "-f")
        until(lambda: scheduler(screen), "CUPS")
    simulated = screen.spawn(
        "ippeveprinter", "-d", str(spool), "-k", "-p", PORT, "-P", PPD, "-c", "/bin/true", "-r", "off",
        "-n", "localhost", "Ward A5",
    )  # fmt: skip
    until(lambda: listens(simulated), "the simulated printer")
    queue = ("lpadmin", "-p", NAME, "-E", "-v", f"ipp://localhost:{PORT}/ipp/print", "-m", "everywhere")
    until(lambda: screen.ask(*queue) is not None, "the printer")
    try:
        yield spool
    finally:
        screen.ask("lpadmin", "-x", NAME)


def on_the_bus(screen: Screen, name: str) -> bool:
    """Say whether a service answers on the system bus."""
    asked = ("dbus-send", "--system", "--print-reply", "--dest=org.freedesktop.DBus", "/org/freedesktop/DBus")
    names = screen.ask(*asked, "org.freedesktop.DBus.ListNames")
    return names is not None and f'"{name}"' in names


def scheduler(screen: Screen) -> bool:
    """Say whether CUPS runs."""
    return (screen.ask("lpstat", "-r") or "").strip() == "scheduler is running"


def listens(child: subprocess.Popen[str]) -> bool:
    """Say whether the simulated printer takes calls."""
    assert child.poll() is None, "the simulated printer ended"
    with socket.socket() as asking:
        return asking.connect_ex(("localhost", int(PORT))) == 0


def printed(spool: Path) -> Path:
    """Wait for a finished paper."""

    def arrived() -> Path | None:
        found = next((path for path in spool.iterdir() if path.suffix == ".pdf"), None)
        whole = found is not None and found.read_bytes().rstrip().endswith(b"%%EOF")
        return found if whole else None

    return until(arrived, "the paper in the printer")


def text_of(paper: Path) -> str:
    """Give the text of a PDF."""
    return subprocess.run(
        ["pdftotext", "-layout", str(paper), "-"], capture_output=True, text=True, check=True, timeout=60
    ).stdout
