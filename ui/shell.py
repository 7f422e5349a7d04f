"""The window: locked or built for one person; opens charts and pages, carries news, keys and settings to them.

Nothing here knows a clinical page. `WindowSpec` says which pages there are, `Context` is what each of them is given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from ui.login import LockScreen, LockState
from ui.shell_parts.session import Look, entering, lock_state, read_look
from ui.theme import theme
from workstation.core.i18n import language
from workstation.core.settings import DENSITY, LANGUAGE, SCALE, THEME, Setting

if TYPE_CHECKING:
    from ui.actions import Actions
    from ui.context import Context, PatientContext
    from ui.desk_port import DeskPort
    from ui.notices import Notices
    from ui.shell_parts.frame import Frame
    from ui.shell_parts.specs import WindowSpec
    from ui.shell_parts.top_bar import TopBadge
    from ui.tasks import Tasks
    from workstation.core.clock import Clock
    from workstation.core.events import Changed, Locked, Notice, SyncState
    from workstation.security.permissions import Actor

REBUILDING = {LANGUAGE.key, THEME.key, DENSITY.key, SCALE.key}


class Shell(QWidget):
    """The one window of a desk. It is an `Opener` for the pages.

    It is born as a lock screen alone, which must be painted soon; `furnish` gives it everything else. `complete` is
    called when something else is asked of a window that is not furnished yet. `ready` says that it stands open before
    somebody: after an unlock, and after it was built anew.
    """

    ready = Signal()

    def __init__(
        self, app: QApplication, look: Look | None = None, complete: Callable[[], object] = lambda: None
    ) -> None:
        super().__init__()
        self.closed = False
        self.frame: Frame | None = None
        self._app, self._complete = app, complete
        self._ctx: Context | None = None
        self._badges: dict[str, list[TopBadge]] = {}
        self._actor: Actor | None = None
        self._look = look or Look(language(), theme().mode, theme().density, theme().scale, "", "", 5, "")
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self.setWindowTitle("Qingnang 青囊")
        self.setMinimumSize(1024, 600)
        self.lock_screen = self._make_lock_screen()
        self.lock_screen.cover()

    def furnish(
        self,
        desk: DeskPort,
        *,
        tasks: Tasks,
        notices: Notices,
        actions: Actions,
        clock: Clock,
        spec: WindowSpec,
    ) -> None:
        """Give the window its hands: desk, keys, news and pages."""
        from ui.actions import KeyDispatcher
        from ui.bridge import Bridge
        from ui.context import Context
        from ui.i18n_qt import QtLanguage
        from ui.idle import IdleLock
        from ui.paper_service import papers_for

        self._spec, self._qt_language = spec, QtLanguage(self._app)
        papers = papers_for(spec.papers, tasks, notices, self)
        self._ctx = Context(desk, tasks, notices, self, actions, clock, papers)
        self.idle = IdleLock(5, self)
        self.idle.expired.connect(self._idle_expired)
        self.idle.install(self._app)
        self.keys = KeyDispatcher(actions, self)
        self.keys.install(self._app)
        actions.changed.connect(self.show_hints)
        self.bridge = Bridge(desk.bus, self)
        self.bridge.changed.connect(self._on_changed)
        self.bridge.sync_state.connect(self._on_sync)
        self.bridge.noticed.connect(self._on_notice)
        self.bridge.locked.connect(self._on_locked)
        self._ask_lock_state()

    @property
    def ctx(self) -> Context:
        """Give what every page is given."""
        if self._ctx is None:
            self._complete()
        return cast("Context", self._ctx)

    # Lock and unlock

    def _make_lock_screen(self) -> LockScreen:
        screen = LockScreen(self)
        screen.unlock_requested.connect(self._unlock)
        screen.language_chosen.connect(self._language_on_lock_screen)
        return screen

    @property
    def locked(self) -> bool:
        """Say whether the lock screen lies over everything."""
        return not self.lock_screen.isHidden()

    def _show_lock(self, by: str = "", reason: str = "") -> None:
        self.lock_screen.cover()
        self._ask_lock_state(by, reason)

    def _ask_lock_state(self, by: str = "", reason: str = "") -> None:
        self.ctx.notices.locked = True
        self.ctx.actions.block(self.lock_screen)
        desk, look = self.ctx.desk, self._look
        self.ctx.tasks.run(
            self,
            lambda: lock_state(desk, look, by, reason, self._spec.lock_note()),
            self._show_lock_state,
            write=True,
        )

    def _show_lock_state(self, state: LockState) -> None:
        self.lock_screen.show_state(state)
        if self.locked:
            (self.lock_screen.first_focus() or self.lock_screen).setFocus(Qt.FocusReason.OtherFocusReason)

    def lock(self, reason: str = "user") -> None:
        """Hide everything at once, keep every draft, then have the desk forget who was here."""
        if self.locked:
            return
        self.ctx.actions.block(self.lock_screen)
        self.lock_screen.cover()
        self.idle.stop()
        if self.frame is not None:
            self.frame.flush()
        desk = self.ctx.desk
        self.ctx.tasks.run(self, lambda: desk.lock(reason), lambda _done: None, write=True)
        self._show_lock(self._actor.name if self._actor is not None else "", reason)

    @Slot()
    def _idle_expired(self) -> None:
        self.lock("idle")

    @Slot(object)
    def _on_locked(self, event: Locked) -> None:
        """Follow a lock that came from elsewhere in the program."""
        if not self.locked and self.ctx.desk.actor is None:
            self._show_lock(event.by, event.reason)

    def _unlock(self, user: str, secret: str) -> None:
        desk = self.ctx.desk
        self.ctx.tasks.run(
            self, lambda: entering(desk, user, secret), self._entered, self.lock_screen.refuse, write=True
        )

    def _entered(self, came: tuple[Actor, Look]) -> None:
        actor, look = came
        same = self._actor is not None and actor.user == self._actor.user and self.frame is not None
        self._actor = actor
        changed = look != self._look
        if not same or changed:
            self._apply(look)
            self._build(keep=same)
        self.lock_screen.entered()
        if changed:
            self.lock_screen = self._renewed_lock_screen()
        self.ctx.actions.block(None)
        self.ctx.notices.locked = False
        self.idle.set_minutes(look.idle_minutes)
        self.idle.start()
        self._settle()
        self.ready.emit()

    def _settle(self) -> None:
        """Bring what is on screen up to date after an unlock."""
        if self.frame is None:
            return
        for page in self.frame.pages():
            if page.isVisible() and not page.dirty:
                page.refresh()
            else:
                page.stale = True
        self.frame.flush()
        self.frame.focus_place()

    # Building

    def _apply(self, look: Look) -> None:
        self._look = look
        self._qt_language.switch(look.language)
        theme().apply(self._app, look.mode, look.density, look.scale)

    def _build(self, keep: bool) -> None:
        """Build the window for the person who works here, with everything open and typed put back."""
        from ui.shell_parts.frame import Frame

        if self._actor is None:
            return
        kept, place = [], self._spec.homes.get(self.ctx.actions.keymap.groups.get(self._actor.role, ""), "")
        if self.frame is not None:
            kept = self.frame.workspace.keep() if keep else []
            place = self.frame.place if keep else place
            self.frame.flush()
            self.frame.shut()
            self._rows.removeWidget(self.frame)
            self.frame.hide()
            self.frame.deleteLater()
        self._badges.clear()
        self.ctx.actions.at(self._actor, "")
        self.frame = Frame(self.ctx, self._spec, self._actor, self._look.site, self._look.room)
        self._rows.addWidget(self.frame)
        self.frame.show()
        self._wire(self.frame)
        self.frame.workspace.put_back(kept)
        self.frame.go_home(place)
        self.lock_screen.raise_()

    def _wire(self, frame: Frame) -> None:
        from ui.shell_parts.shell_actions import shell_actions

        self.ctx.notices.attach(frame.sheet_host, frame.banners, frame.center)
        self.ctx.actions.clear()
        self.ctx.actions.provide(lambda: shell_actions(self, frame))
        self.ctx.actions.provide(lambda: self._spec.actions(self.ctx))
        self.ctx.actions.provide(frame.page_actions)
        frame.front_changed.connect(self._front_changed)
        frame.top.search.connect(self.open_palette)
        frame.top.lock.connect(self.lock)
        frame.top.switch_user.connect(lambda: self.lock("switch"))
        frame.top.settings.connect(self.open_settings)
        frame.status.language_chosen.connect(lambda code: self.change(LANGUAGE, code))
        frame.status.sync_opened.connect(lambda: self.open_page(self._spec.sync_page))
        frame.status.knowledge_opened.connect(lambda: self.open_page(self._spec.knowledge_page))
        frame.status.show_sync(self.ctx.desk.sync_state())
        frame.status.show_knowledge(self._look.knowledge)
        self.idle.remaining.connect(frame.status.show_countdown)

    @Slot()
    def _front_changed(self) -> None:
        if self.frame is None or self._actor is None:
            return
        page = self.frame.front_page()
        self.ctx.actions.at(self._actor, page.id if page is not None else "")

    @Slot()
    def show_hints(self) -> None:
        """Show the F-keys of this screen in the status bar."""
        from ui.actions import label

        if self.frame is None:
            return
        actions = self.ctx.actions
        found = [(actions.key(action.id), action) for action in actions.live() if action.hint]
        keyed = sorted(
            (int(key[1:]), action)
            for key, action in found
            if key[:1] == "F" and key[1:].isdigit() and key != "F11"
        )
        self.frame.status.show_hints([(f"F{number}", label(action)) for number, action in keyed])

    # Opener

    def open_chart(self, patient: PatientContext, page: str = "") -> None:
        """Open a patient's chart; see `Opener`."""
        if self.frame is not None:
            self.frame.open_patient(patient, page)

    def open_page(self, page: str) -> None:
        """Show a page; see `Opener`."""
        if self.frame is not None:
            self.frame.open_page(page)

    def front_patient(self) -> PatientContext | None:
        """Give the patient whose chart is in front; see `Opener`."""
        return self.frame.front_patient() if self.frame is not None else None

    def show_badges(self, source: str, badges: Sequence[TopBadge]) -> None:
        """Show in the top bar what waits; see `Opener`."""
        self._badges[source] = list(badges)
        if self.frame is not None:
            self.frame.top.set_badges([badge for each in self._badges.values() for badge in each])

    def slot_of(self, patient: str) -> int:
        """Give the slot a patient's chart is open in; see `Opener`."""
        return self.frame.workspace.slot_of(patient) if self.frame is not None else 0

    # Overlays

    def _host(self) -> QWidget:
        return self.frame.sheet_host() if self.frame is not None else self

    def open_palette(self, text: str = "") -> None:
        """Open the search and command box."""
        from ui.shell_parts.overlays import open_palette

        open_palette(self._host(), self.ctx, self._spec, text)

    def open_keys(self) -> None:
        """Show every key of this screen."""
        from ui.shell_parts.overlays import open_keys

        open_keys(self._host(), self.ctx.actions)

    def open_settings(self) -> None:
        """Show the settings."""
        from ui.shell_parts.overlays import open_settings

        open_settings(self._host(), self.ctx, self._setting_changed)

    # Settings

    def change(self, setting: Setting[Any], value: Any) -> None:
        """Change a setting and follow it."""
        desk = self.ctx.desk
        self.ctx.tasks.run(
            self,
            lambda: desk.set_setting(setting, value),
            lambda _done: self._setting_changed(setting, value),
            write=True,
        )

    def _setting_changed(self, setting: Setting[Any], value: Any) -> None:
        desk, rebuild = self.ctx.desk, setting.key in REBUILDING
        self.ctx.tasks.run(self, lambda: read_look(desk), lambda look: self._relook(look, rebuild))

    def _relook(self, look: Look, rebuild: bool) -> None:
        self._apply(look)
        self.idle.set_minutes(look.idle_minutes)
        if rebuild:
            self.lock_screen = self._renewed_lock_screen()
            self._build(keep=True)
            self.ready.emit()

    def _renewed_lock_screen(self) -> LockScreen:
        self.lock_screen.hide()
        self.lock_screen.deleteLater()
        return self._make_lock_screen()

    def _language_on_lock_screen(self, code: str) -> None:
        self.ctx.notices.locked = True
        self._qt_language.switch(code)
        self.lock_screen = self._renewed_lock_screen()
        self._show_lock()

    # News

    @Slot(object)
    def _on_changed(self, changed: Changed) -> None:
        if self.frame is not None and not self.locked:
            self.frame.on_changed(changed)

    @Slot(object)
    def _on_sync(self, state: SyncState) -> None:
        if self.frame is not None:
            self.frame.status.show_sync(state)

    @Slot(object)
    def _on_notice(self, notice: Notice) -> None:
        self.ctx.notices.show(notice)

    # The window

    def keep_everything_now(self) -> None:
        """Save every draft on this thread: for a crash."""
        for page in self.frame.pages() if self.frame is not None else ():
            page.keep_now()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the lock screen over everything."""
        super().resizeEvent(event)
        self.lock_screen.setGeometry(self.rect())

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep every draft, then end."""
        if self.frame is not None:
            self.frame.flush()
            self.frame.shut()
        self.closed = True
        super().closeEvent(event)
        if self._ctx is None:
            return
        self.bridge.close()
        self.idle.stop()
        self._app.removeEventFilter(self.keys)
        self._app.removeEventFilter(self.idle)
        self._qt_language.release()
        self.ctx.actions.clear()
