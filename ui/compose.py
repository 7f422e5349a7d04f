"""Puts a window together around a desk: the one place where its parts meet."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from ui.actions import Actions
from ui.crash import CrashGuard
from ui.desk_port import DeskPort
from ui.keymap import load_keymap
from ui.notices import Notices
from ui.shell import Shell
from ui.shell_parts.session import Look
from ui.shell_parts.specs import WindowSpec
from ui.tasks import InlineTasks, ThreadTasks
from workstation.core.clock import Clock


def compose(
    app: QApplication,
    desk: DeskPort,
    clock: Clock,
    spec: WindowSpec,
    *,
    inline: bool = False,
    look: Look | None = None,
) -> tuple[Shell, ThreadTasks | InlineTasks]:
    """Make the locked window of a desk. Apply a theme before; drain the tasks after the last window has closed.

    `look` is what was last known of this desk, for a lock screen that is shown before its database is open.
    """
    shell = Shell(app, look=look)
    return shell, furnish(shell, app, desk, clock, spec, inline=inline)


def furnish(
    shell: Shell, app: QApplication, desk: DeskPort, clock: Clock, spec: WindowSpec, *, inline: bool = False
) -> ThreadTasks | InlineTasks:
    """Give a window that is a lock screen so far everything else."""
    notices = Notices(app)
    kind = InlineTasks if inline else ThreadTasks
    tasks = kind(desk, notices.show)
    actions = Actions(load_keymap(), app)
    shell.furnish(desk, tasks=tasks, notices=notices, actions=actions, clock=clock, spec=spec)
    return tasks


def guard(shell: Shell) -> CrashGuard:
    """Make the guard that keeps drafts when something of ours breaks; call `install()` on it."""
    return CrashGuard(shell.keep_everything_now, shell.ctx.notices.show)
