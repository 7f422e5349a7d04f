"""A page: one screen's widgets for one patient (or for none), which knows what it shows and never loses typing."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from ui.actions import Action
from ui.context import Context, PatientContext
from ui.draft_keeper import DraftKeeper
from ui.keymap import shown
from ui.notices import BannerStrip, Choice
from ui.widgets.overlay import focus_stops
from workstation.core.drafts import Draft, DraftKey
from workstation.core.events import Changed, Level, Notice, Origin
from workstation.core.i18n import _


class Page(QWidget):
    """One screen. Subclasses build widgets into `self.content` in `__init__` and override what they need.

    Class attributes: `id` (also the page's keymap scope `page.<id>`), `icon` (Lucide name), `draft_kind` (non-empty
    when the page keeps drafts). `stale` is set when something it shows changed while it was hidden.
    """

    id: ClassVar[str] = ""
    icon: ClassVar[str] = "file-text"
    draft_kind: ClassVar[str] = ""

    dirty_changed = Signal(bool)

    def __init__(
        self, ctx: Context, patient: PatientContext | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.ctx, self.patient = ctx, patient
        self.stale, self.closed, self.dirty = False, False, False
        self._loaded = False
        self._mine: Draft | None = None
        self.banners = BannerStrip(self)
        self.content = QVBoxLayout()
        self.content.setContentsMargins(0, 0, 0, 0)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.banners)
        outer.addLayout(self.content, 1)
        self.drafts = DraftKeeper(ctx.desk, ctx.tasks, self.draft_key, self.draft_body, self)
        self.drafts.failed.connect(self.fail)

    # What a page says about itself

    def title(self) -> str:
        """Give the page's name in the language of the screen."""
        return _(self.id.capitalize())

    def load(self) -> None:
        """Ask the desk for everything the page shows; called when it is first shown."""

    def refresh(self) -> None:
        """Ask again after a change; keep selection and scroll."""
        self.load()

    def shows(self, changed: Changed) -> bool:
        """Say whether this page shows something that changed; patient pages: anything of their patient."""
        return self.patient is not None and any(ref.patient == self.patient.id for ref in changed.refs)

    def page_actions(self) -> list[Action]:
        """Give what can be done here; asked anew each time, so it may depend on the page's state."""
        return []

    def hint(self, action: str) -> str:
        """Give the key of an action on this page, as printed on the keyboard, also before the page is in front."""
        actor = self.ctx.desk.actor
        keys = self.ctx.actions.keymap.keys(action, actor.role if actor is not None else "", self.id)
        return shown(keys[0]) if keys else ""

    def show_patient(self, patient: PatientContext) -> None:
        """Show a patient's own record, on a page that can: where somebody has no charts, found patients open here."""

    def focus_region(self, number: int) -> None:
        """Put the focus into region 1 to 4 (Alt+number); a page without regions has the focus on its first control."""
        first = next(iter(focus_stops(self)), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def set_narrow(self, narrow: bool) -> None:
        """Be 56 px wide (numbers only) or whole again; for pages of the list panel."""

    def unsigned(self) -> list[str]:
        """Name what is unsigned or invalid here; the guard sheet lists it before the chart is left."""
        return []

    # Drafts

    def draft_key(self) -> DraftKey | None:
        """Give where this page's draft belongs, or None if it keeps none."""
        if not self.draft_kind:
            return None
        if self.patient is None:
            return DraftKey(self.draft_kind)
        return DraftKey(self.draft_kind, self.patient.id, self.patient.encounter)

    def draft_body(self) -> dict[str, Any]:
        """Give everything typed so far as plain JSON."""
        return {}

    def restore_draft(self, draft: Draft) -> None:
        """Put a draft's content back into the widgets."""

    def watch(self, *widgets: QObject) -> None:
        """Count every edit in these widgets as typing: the draft is kept and the page becomes dirty."""
        for widget in widgets:
            match widget:
                case QLineEdit():
                    widget.textEdited.connect(self.touched)
                case QTextEdit() | QPlainTextEdit():
                    widget.textChanged.connect(partial(self._text_changed, widget))
                case QComboBox():
                    widget.activated.connect(self.touched)
                case QAbstractButton():
                    widget.clicked.connect(self.touched)
                case _:
                    raise TypeError(f"{type(widget).__name__} has no edit signal; call touched() yourself")

    def _text_changed(self, editor: QTextEdit | QPlainTextEdit) -> None:
        """Count only what can be undone: setting a text from the record empties the undo stack first."""
        if editor.document().isUndoAvailable():
            self.touched()

    def touched(self, *_args: object) -> None:
        """Note that something was typed."""
        self._set_dirty(True)
        if self.draft_kind:
            self.drafts.touch()

    def committed(self) -> None:
        """Say that what was typed is now a record: the draft goes, the page is clean and may refresh again."""
        self._set_dirty(False)
        if self.draft_kind:
            self.drafts.drop()
        self.banners.remove("changed")

    def typed(self) -> Draft | None:
        """Give what is typed as a draft, without saving it."""
        key = self.draft_key()
        return Draft(key, self.draft_body(), self.ctx.clock.now()) if key is not None else None

    def take_back(self, draft: Draft) -> None:
        """Put typing back that was let go or carried over a rebuild; it is unsigned again and is kept."""
        self._loaded = True
        self._set_dirty(True)
        self.load()
        self.ctx.tasks.when_settled(self, lambda: self._put_back(draft))

    def _put_back(self, draft: Draft) -> None:
        self.restore_draft(draft)
        self.touched()

    def flush(self) -> None:
        """Keep the draft now: before a switch, a lock or the end."""
        self.drafts.flush()

    def keep_now(self) -> None:
        """Keep the draft on this thread: for a crash, when nothing may be left to a queue."""
        self.drafts.flush_now()

    def _set_dirty(self, dirty: bool) -> None:
        if dirty != self.dirty:
            self.dirty = dirty
            self.dirty_changed.emit(dirty)

    # News

    def on_changed(self, changed: Changed) -> None:
        """Take news: refresh when seen, mark stale when hidden, ask when somebody else changed what is being typed."""
        if self.closed or not self.shows(changed):
            return
        if self.dirty:
            if not self._is_mine(changed):
                self._show_conflict(changed)
        elif self.isVisible():
            self.refresh()
        else:
            self.stale = True

    def _is_mine(self, changed: Changed) -> bool:
        actor = self.ctx.desk.actor
        return changed.origin is Origin.HERE and actor is not None and changed.actor in ("", actor.user)

    def _show_conflict(self, changed: Changed) -> None:
        text = _(
            "Changed by {who} at {time}. Your text was not touched.",
            who=changed.actor or _("the centre"),
            time=changed.at.strftime("%H:%M"),
        )
        choices = (Choice(_("Compare"), self._compare), Choice(_("Keep mine"), self._keep_mine))
        self.banners.show_notice("changed", Notice(text, Level.WARNING), choices)

    def _keep_mine(self) -> None:
        self.banners.remove("changed")

    def _compare(self) -> None:
        """Show the stored record while the typed text waits as a draft."""
        self._mine = self.typed()
        if self._mine is None:
            return
        self.flush()
        self._set_dirty(False)
        self.load()
        notice = Notice(_("This is the stored record. Your text is kept as a draft."), Level.INFO)
        self.banners.show_notice("changed", notice, (Choice(_("Back to mine"), self._back_to_mine),))

    def _back_to_mine(self) -> None:
        if self._mine is not None:
            mine, self._mine = self._mine, None
            self.ctx.tasks.when_settled(self, lambda: self._put_back(mine))
        self.banners.remove("changed")

    def fail(self, error: Exception) -> None:
        """Show an error where it belongs: on this page."""
        self.ctx.notices.show(error, self)

    # Life

    def showEvent(self, event: QShowEvent) -> None:
        """Load on first sight, refresh when stale."""
        super().showEvent(event)
        if not self._loaded:
            self._loaded = True
            self.load()
            self._look_for_draft()
        elif self.stale and not self.dirty:
            self.stale = False
            self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Keep what was typed when the page leaves the screen."""
        super().hideEvent(event)
        if not self.closed:
            self.flush()

    def _look_for_draft(self) -> None:
        if self.draft_kind and self.draft_key() is not None and not self.dirty:
            self.drafts.load(self._found_draft)

    def _found_draft(self, draft: Draft | None) -> None:
        """Put a draft back, but not before the record is loaded, which would write over it."""
        if draft is not None:
            self.ctx.tasks.when_settled(self, lambda: self._restore_found(draft))

    def _restore_found(self, draft: Draft) -> None:
        if self.closed or self.dirty:
            return
        self.restore_draft(draft)
        self._set_dirty(True)
        if draft.recovered:
            when = draft.saved_at.strftime("%H:%M:%S")
            text = _("Recovered after an interruption: the text as of {time}.", time=when)
            self.banners.show_notice("recovered", Notice(text, Level.INFO), (Choice(_("Good"), self._seen),))

    def _seen(self) -> None:
        self.banners.remove("recovered")

    def shut(self) -> None:
        """Close for good: keep what was typed, take no more answers."""
        self.flush()
        self.closed = True
