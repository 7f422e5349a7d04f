"""The life of one window: first paint, the desk opened behind it, the service, a second start, the end."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget

from ui.app.late_desk import LateDesk
from ui.app.remembered import Remembered
from ui.collector import Collector
from ui.login import LockState
from ui.shell import Shell
from ui.single_instance import SingleInstance
from ui.theme import theme
from workstation.core.clock import Clock, SystemClock
from workstation.core.i18n import _, language, set_language

if TYPE_CHECKING:
    from sync.auth import SecretBox
    from ui.actions import Action
    from ui.app.centre import DeskSync
    from ui.app.laboratory import CriticalWatch
    from ui.context import Context
    from ui.crash import CrashGuard
    from ui.first_start import FirstStart, Joined
    from ui.shell_parts.specs import WindowSpec
    from ui.tasks import InlineTasks, ThreadTasks
    from workstation.desk import Desk
    from workstation.security.station import StationSecret
    from workstation.security.vault import Cost

log = logging.getLogger(__name__)
DRAIN_MS: Final = 10_000
SIZE: Final = QSize(1366, 768)
FRAME: Final = 40  # pixels: the tallest title bar of the usual desktops
FIRST: Final = ("workstation.desk", "workstation.terminology.pinyin", "ui.pages.queue", "ui.pages.outpatient")
LATER: Final = (
    "ui.pages.registration",
    "ui.pages.pharmacy",
    "sync.service",
    "sync.pairing",
    "workstation.papers",
)


def _desk_box(desk: Desk) -> SecretBox:
    from ui.cli.line import DeskBox

    return DeskBox(desk)


@dataclass(frozen=True, slots=True)
class Setup:
    """What a window is made for.

    `box_of` keeps the tokens; `note` is a sentence for the unlock screen, `user` who is expected there. `syncs` is
    false only for taking pictures.
    """

    folder: Path
    station: StationSecret
    clock: Clock = field(default_factory=SystemClock)
    cost: Cost | None = None
    station_name: str = ""
    box_of: Callable[[Desk], SecretBox] = _desk_box
    note: Callable[[], str] = field(default=lambda: "")
    user: str = ""
    syncs: bool = True


class Window(QObject):
    """One desk's window. `show()` first, `close()` last; in between the user owns it.

    `inline` runs all work on the calling thread, for pictures and tests; `guarded` is the program's own window: it
    takes over the hooks for errors, and fills a screen on which it and its frame would not fit.
    """

    first_painted = Signal()
    _loaded = Signal()

    def __init__(
        self, app: QApplication, setup: Setup, *, inline: bool = False, guarded: bool = False
    ) -> None:
        super().__init__()
        self._app, self._setup, self._inline, self._guarded = app, setup, inline, guarded
        setup.folder.mkdir(parents=True, exist_ok=True)
        self.remembered = Remembered(setup.folder, language())
        if setup.user:
            self.remembered.came(setup.user)
        self.late = LateDesk(
            setup.folder,
            setup.station,
            setup.clock,
            self.remembered,
            cost=setup.cost,
            station_name=setup.station_name,
            came=self._came,
        )
        self.shell: Shell | None = None
        self.first: FirstStart | None = None
        self.guard: CrashGuard | None = None
        self.criticals: CriticalWatch | None = None
        self._tasks: ThreadTasks | InlineTasks | None = None
        self._painted = False
        self._collector = Collector(self)
        if guarded:
            self._loaded.connect(self._collector.settle, Qt.ConnectionType.QueuedConnection)
        self._loader: threading.Thread | None = None

    @cached_property
    def sync(self) -> DeskSync:
        """Give what keeps this desk in step with its centre."""
        from ui.app.centre import DeskSync

        return DeskSync(self.late, self._setup.box_of, running=self._setup.syncs)

    # First paint

    def show(self) -> None:
        """Show the unlock screen, or on a new PC the screen that joins it."""
        look = self.remembered.look()
        set_language(look.language)
        theme().apply(self._app, look.mode, look.density, look.scale)
        if self.late.exists:
            self._show_shell()
        else:
            self._show_first()

    def _show_shell(self) -> Shell:
        """Show the lock screen; what else the window needs waits until that is painted."""
        look = self.remembered.look()
        shell = self.shell = Shell(self._app, look=look, complete=self._furnish)
        if self._inline:
            self._furnish()
        else:
            known = LockState(self.late.users(), site=look.site, room=look.room, note=self._setup.note())
            shell.lock_screen.show_state(known)
        self._present(shell)
        return shell

    def _furnish(self) -> None:
        """Give the window everything but its lock screen; once."""
        from ui.app.laboratory import CriticalWatch
        from ui.compose import furnish, guard

        shell = self.shell
        if shell is None or self.guard is not None:
            return
        self._drain()
        clock, spec = self._setup.clock, self.spec()
        self._tasks = furnish(shell, self._app, self.late, clock, spec, inline=self._inline)
        self.criticals = CriticalWatch(shell)
        self.guard = guard(shell)
        if self._guarded:
            self.guard.install()

    def _show_first(self) -> None:
        from ui.app.joining import join
        from ui.first_start import FirstStart
        from ui.tasks import InlineTasks, ThreadTasks

        self._tasks = InlineTasks(self.late, log_error) if self._inline else ThreadTasks(self.late, log_error)
        self.first = FirstStart(self._tasks, lambda request: join(self.late, self._setup.box_of, request))
        self.first.language_chosen.connect(self._speak)
        self.first.form.joined.connect(self._joined)
        self._present(self.first)

    def _present(self, widget: QWidget) -> None:
        widget.installEventFilter(self)
        widget.resize(SIZE)
        room = widget.screen().availableSize()
        if self._guarded and (room.width() <= SIZE.width() or room.height() <= SIZE.height() + FRAME):
            widget.showMaximized()
        else:
            widget.show()

    def _speak(self, code: str) -> None:
        from ui.i18n_qt import QtLanguage

        qt_language = QtLanguage(self._app)
        qt_language.switch(code)
        if self.first is not None:
            self.first.build()
            self.first.form.joined.connect(self._joined)

    def _joined(self, joined: Joined, pin: str) -> None:
        """Go on as the person who has just joined this PC."""
        first, self.first = self.first, None
        shell = self._show_shell()
        if first is not None:
            first.close()
            first.deleteLater()
        shell.lock_screen.unlock_requested.emit(joined.user, pin)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Begin to load what is heavy once the first screen has been painted."""
        if not self._painted and event.type() == QEvent.Type.Paint:
            self._painted = True
            QTimer.singleShot(0, self.preload)
        return False

    def preload(self) -> None:
        """Finish the window, then load what the first unlock will need, in a thread of its own."""
        self._furnish()
        self.first_painted.emit()
        if self._loader is None:
            self._loader = threading.Thread(target=self._load, name="preload", daemon=True)
            self._loader.start()

    def _load(self) -> None:
        """Import and open, what the first minute needs first; what goes wrong here is told at the unlock."""
        import importlib

        from workstation.core.errors import UserError

        for name in FIRST:
            importlib.import_module(name)
        try:
            if self.late.exists:
                self.late.knowledge  # noqa: B018 - reading it loads it
        except UserError as error:
            log.warning("The desk could not be opened ahead: %s", type(error).__name__)
        importlib.import_module("workstation.terminology.pinyin").readings("青囊")
        for name in LATER:
            importlib.import_module(name)
        self._loaded.emit()

    # What the window is made of

    def spec(self) -> WindowSpec:
        """Give pages, banner, search, papers and acts."""
        from ui.app.banner import banner
        from ui.app.desk_papers import DeskPapers
        from ui.app.finders import finders
        from ui.app.pages import HOMES, page_specs
        from ui.shell_parts.specs import WindowSpec

        return WindowSpec(
            page_specs(self.sync),
            banner,
            finders,
            HOMES,
            papers=DeskPapers(self.late),
            actions=self._actions,
            record_page="registration",
            lock_note=self._setup.note,
        )

    def _actions(self, ctx: Context) -> Sequence[Action]:
        from ui.actions import Action
        from ui.app.laboratory import laboratory_actions
        from workstation.security.permissions import Permission

        patient = ctx.opener.front_patient()
        found = [
            Action("desk.add-user", "Let a colleague use this PC", lambda: self._add_user(ctx), hint=False),
            Action("sync.now", "Send and fetch now", self._sync_now, Permission.SYNC_READ, hint=False),
        ]
        found += laboratory_actions(ctx)
        found += self.criticals.actions() if self.criticals is not None else []
        if patient is not None:
            found.append(
                Action(
                    "document.preview",
                    "Print preview",
                    lambda: ctx.papers.preview_visit(patient.id, patient.encounter),
                    Permission.DOCUMENT_PRINT,
                    patient_bound=True,
                    icon="printer",
                )
            )
        return found

    def _add_user(self, ctx: Context) -> None:
        from ui.app.joining import add_colleague
        from ui.first_start import ColleagueSheet

        sheet = ColleagueSheet(
            ctx.notices.sheet_host(), ctx.tasks, lambda request: add_colleague(self.late, request)
        )
        sheet.joined.connect(
            lambda joined: ctx.notices.toast(_("{name} can unlock this PC now", name=joined.name))
        )
        sheet.open()

    def _sync_now(self) -> None:
        if self.shell is not None:
            self.shell.ctx.tasks.run(self.shell, self.sync.sync_now, lambda _done: None)

    def _came(self, desk: Desk) -> None:
        """Keep the desk in step from its first unlock on; remember who came. Runs in the unlocking thread."""
        from ui.shell_parts.session import read_look

        self.sync.begin(desk)
        if desk.actor is not None:
            self.remembered.came(desk.actor.user)
            self.remembered.keep_look(read_look(self.late))

    # A second start, the end

    def raise_up(self) -> None:
        """Come to the front: somebody started the program again."""
        window = self.shell or self.first
        if window is not None:
            window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
            window.show()
            window.raise_()
            window.activateWindow()

    def close(self) -> None:
        """Keep every draft, end the service after what is under way, close the desk."""
        for window in (self.shell, self.first):
            if window is not None:
                window.removeEventFilter(self)
                window.close()
        if self._guarded and self.guard is not None:
            self.guard.release()
        self._drain()
        if self._loader is not None:
            self._loader.join()
        self.sync.stop()
        self.late.close()
        self._collector.release()

    def _drain(self) -> None:
        if self._tasks is None:
            return
        if not self._tasks.drain(DRAIN_MS):
            log.error("Work was still under way when the window closed")
        self._tasks.close()


def log_error(error: Exception, _owner: QObject) -> None:
    """Log an error before there is a window to show it in: only its kind, never its words."""
    log.error("Before the window: %s", type(error).__name__)


def make_application(arguments: Sequence[str] = ()) -> QApplication:
    """Make the one application, with Chinese input on every Linux desktop."""
    os.environ.setdefault("QT_IM_MODULES", "fcitx;ibus")
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    app = QApplication([*(arguments or sys.argv[:1])])
    app.setApplicationName("qingnang")
    app.setApplicationDisplayName("Qingnang 青囊")
    app.setDesktopFileName("qingnang")
    return app


def run(setup: Setup) -> int:
    """Show the window of a desk until it is closed; a second start of the same desk only raises the first."""
    app = make_application()
    instance = SingleInstance(setup.folder)
    if not instance.claim():
        return 0
    window = Window(app, setup, guarded=True)
    instance.raised.connect(window.raise_up)
    window.first_painted.connect(instance.listen)
    window.show()
    code = app.exec()
    window.close()
    instance.release()
    return int(code)
