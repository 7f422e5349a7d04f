"""A real screen for one test: X server, session bus, window manager, and hands (xdotool) and eyes (import, pyatspi).

Every process is this test's own child and ends with it; nothing is found by name.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, TypeVar

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
SYSTEM_PYTHON = "/usr/bin/python3"
PATIENCE = 90.0
LOOK_AGAIN = 0.25
STEP = 30.0
T = TypeVar("T")


def until(look: Callable[[], T | None], what: str, patience: float = PATIENCE) -> T:
    """Look again and again until there is something; fails with `what` was waited for."""
    end = time.monotonic() + patience
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f"waited {patience:.0f} s in vain for {what}")
        time.sleep(LOOK_AGAIN)


@dataclass(frozen=True, slots=True)
class Node:
    """One thing a screen reader meets."""

    depth: int
    role: str
    name: str
    description: str
    text: str
    labels: tuple[str, ...]
    states: tuple[str, ...]
    place: tuple[int, ...]

    @classmethod
    def read(cls, line: str) -> Node:
        """Read a line of tree.py."""
        found: dict[str, Any] = json.loads(line)
        return cls(
            **{key: tuple(value) if isinstance(value, list) else value for key, value in found.items()}
        )


@dataclass(slots=True)
class Screen:
    """One X server with its session bus and window manager, in a home of its own."""

    home: Path
    size: str = "1366x768"
    extra: Mapping[str, str] = field(default_factory=dict)
    env: dict[str, str] = field(default_factory=dict)
    children: list[subprocess.Popen[str]] = field(default_factory=list)

    def __enter__(self) -> Self:
        self.home.mkdir(parents=True, exist_ok=True)
        runtime = self.home / "run"
        runtime.mkdir(mode=0o700, exist_ok=True)
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
        self.env = {
            **kept,
            "HOME": str(self.home),
            "XDG_RUNTIME_DIR": str(runtime),
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
            "LC_ALL": "C.UTF-8",
            **self.extra,
        }
        self.env["DISPLAY"] = ":" + self._line_of(
            "Xvfb", "-displayfd", "1", "-screen", "0", f"{self.size}x24", "-nolisten", "tcp", "-noreset"
        )
        self.env["DBUS_SESSION_BUS_ADDRESS"] = self._line_of(
            "dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1"
        )
        self.spawn("openbox", "--sm-disable")
        until(lambda: self.ask("xdotool", "get_num_desktops") is not None, "the window manager")
        return self

    def __exit__(self, *_: object) -> None:
        for child in reversed(self.children):
            end(child)

    def _line_of(self, *command: str) -> str:
        child = self.spawn(*command, stdout=subprocess.PIPE)
        assert child.stdout is not None
        line = child.stdout.readline().strip()
        assert line, f"{command[0]} said nothing"
        return line

    def spawn(self, *command: str, stdout: int | None = subprocess.DEVNULL) -> subprocess.Popen[str]:
        """Start a process that belongs to this screen; what it complains goes into a file of the screen's home."""
        log = (self.home / f"{len(self.children)}-{Path(command[0]).name}.log").open("w")
        with log:
            child = subprocess.Popen(
                command, env=self.env, stdout=stdout, stderr=log, text=True, cwd=ROOT, start_new_session=True
            )
        self.children.append(child)
        return child

    def run(self, *command: str) -> str:
        """Run something on this screen and give what it says; it has to go well."""
        return subprocess.run(
            command, env=self.env, capture_output=True, text=True, timeout=STEP, check=True, cwd=ROOT
        ).stdout

    def ask(self, *command: str) -> str | None:
        """Run something that may not go well yet; None when it did not."""
        done = subprocess.run(
            command, env=self.env, capture_output=True, text=True, timeout=STEP, check=False, cwd=ROOT
        )
        return done.stdout if done.returncode == 0 else None

    def keys(self, *names: str) -> None:
        """Press keys, one after the other."""
        self.run("xdotool", "key", "--delay", "40", *names)

    def type(self, text: str) -> None:
        """Type as hands do, not as a scanner."""
        self.run("xdotool", "type", "--delay", "60", text)

    def click(self, node: Node) -> None:
        """Click into the middle of something."""
        x, y, width, height = node.place
        self.run("xdotool", "mousemove", str(x + width // 2), str(y + height // 2), "click", "1")

    def picture(self, path: Path) -> Path:
        """Take a picture of the whole screen."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.run("import", "-window", "root", str(path))
        return path


def end(child: subprocess.Popen[str]) -> None:
    """End one process, by force when it does not listen."""
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(STEP)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
    if child.stdout is not None:
        child.stdout.close()


@dataclass(slots=True)
class Program:
    """The program, started as a user starts it, and read as a screen reader reads it."""

    screen: Screen
    process: subprocess.Popen[str]

    @classmethod
    def start(cls, screen: Screen, *arguments: str) -> Program:
        """Start `qingnang` with arguments and wait for its window."""
        made = cls(screen, screen.spawn(cls.command(), *arguments))
        until(lambda: made.window() or made.gone(), "the window")
        return made

    @staticmethod
    def command() -> str:
        """Give the program as it is installed beside this Python."""
        return str(Path(sys.executable).with_name("qingnang"))

    def gone(self) -> None:
        """Fail when the process has ended."""
        assert self.process.poll() is None, f"the program ended with {self.process.returncode}"

    def window(self) -> str:
        """Give the number of its visible window, or an empty text."""
        found = self.screen.ask(
            "xdotool", "search", "--all", "--onlyvisible", "--pid", str(self.process.pid), "--name", "."
        )
        return (found or "").strip().split("\n")[0]

    def nodes(self) -> list[Node]:
        """Read everything that is on the screen."""
        self.gone()
        lines = self.screen.ask(SYSTEM_PYTHON, str(HERE / "tree.py"), str(self.process.pid)) or ""
        return [Node.read(line) for line in lines.splitlines()]

    def find(self, name: str, role: str = "") -> Node | None:
        """Give the first node with this name (and role), or None."""
        return next((n for n in self.nodes() if n.name == name and role in ("", n.role)), None)

    def wait_for(self, name: str, role: str = "") -> Node:
        """Wait until a node with this name (and role) can be seen."""
        return until(lambda: self.find(name, role), f"{role or 'something'} named {name}")

    def focused(self) -> Node | None:
        """Give the control that has the keyboard, the innermost one."""
        found = [each for each in self.nodes() if {"focused", "focusable"} <= set(each.states)]
        return found[-1] if found else None


def names(nodes: Sequence[Node], role: str) -> list[str]:
    """Give the names of all nodes of a role."""
    return [each.name for each in nodes if each.role == role]
