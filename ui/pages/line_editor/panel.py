"""Lines with live checks, alerts and a draft of their own: what a prescription and a ward's orders have in common.

Host: put it where it belongs, call `load()` once, `flush()` before a switch. For F12: if `blockers()` is empty and
`ready(again)` says yes, show `review_lines()`, run the verb with `sign_request()`, then call `signed()` or
`refused(error)`. `ready` asks the reasons for warnings first, one key each, and calls `again` when they are given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from ui.actions import Action
from ui.context import Context, PatientContext
from ui.draft_keeper import DraftKeeper
from ui.pages.line_editor.bench import LineBench
from ui.pages.line_editor.cards import cards_for, failed_card
from ui.pages.line_editor.cells import Cell
from ui.pages.line_editor.entry import Entry, Surroundings
from ui.pages.line_editor.grid import LineGrid
from ui.pages.line_editor.live import LiveCheck
from ui.pages.line_editor.model import LineModel
from ui.pages.line_editor.remedies import ENTER_KEY, ORDER_KEY
from ui.pages.line_editor.signing import LineSigning
from ui.pages.line_editor.strip import AlertStrip, CardSpec
from ui.pages.line_editor.words import Words
from ui.theme import theme
from ui.widgets.banner_strip import Choice
from ui.widgets.code_search import Deliver
from workstation.core.clock import instant
from workstation.core.days import written_date
from workstation.core.drafts import Draft, DraftKey
from workstation.core.errors import Invalid, NeedsReason, UserError
from workstation.core.i18n import _
from workstation.medication.judging import DraftCheck

WIDE: Final = 1400
BESIDE: Final = 320
UNBOUND: Final = 16777215
WEIGHT_GOOD_FOR: Final = timedelta(days=30)


class LinePanel(QWidget):
    """See the module. `wanted` asks the page for a `diagnosis` or a `weight`; `allergy_found` gives the drug id of a
    positive skin test, whose allergy is to be recorded."""

    sign_requested = Signal()
    changed = Signal()
    wanted = Signal(str)
    allergy_found = Signal(str)

    check_verb = ""
    draft_kind = ""

    def __init__(
        self,
        ctx: Context,
        patient: PatientContext,
        parent: QWidget | None = None,
        drafts: DraftKeeper | None = None,
    ) -> None:
        """Take the `drafts` of a page that keeps no other draft than this one; else have its own."""
        super().__init__(parent)
        self.closed = False
        self.ctx, self.patient = ctx, patient
        self._keys = 0
        self._measured: DraftCheck | None = None
        words = self.make_words()
        self.model = LineModel(words, self._new_key)
        around = Surroundings(
            lambda: ctx.desk.knowledge,
            self.search,
            lambda: instant(ctx.clock.now()),
            self._weight,
            lambda drug: self.allergy_found.emit(drug.id),
        )
        self.grid = LineGrid(self.model, self.make_entry(words, around))
        self.strip = AlertStrip()
        self.bench = self.make_bench()
        self.live = LiveCheck(ctx, self.model, self.check_verb, self.sign_request, self)
        self._finds_draft = drafts is None
        self.drafts = drafts or DraftKeeper(ctx.desk, ctx.tasks, self._draft_key, self.draft_body, self)
        self.signing = LineSigning(ctx, self.model, self.live, self.bench, self.host)
        self.body = self._body()
        self.setFocusProxy(self.grid)

    # What a host says

    def make_words(self) -> Words:
        """Make the words of the lines."""
        raise NotImplementedError

    def make_entry(self, words: Words, around: Surroundings) -> Entry:
        """Make the way the lines are written."""
        raise NotImplementedError

    def make_bench(self) -> LineBench:
        """Make the place where remedies work."""
        raise NotImplementedError

    def search(self, text: str, deliver: Deliver) -> None:
        """Ask for what fits what was typed into the first cell."""
        raise NotImplementedError

    def draft_body(self) -> dict[str, Any]:
        """Give the draft as plain JSON."""
        raise NotImplementedError

    def put_draft(self, body: dict[str, Any]) -> None:
        """Put a kept draft's options and lines back (`load_lines`)."""
        raise NotImplementedError

    def sign_request(self) -> Any:
        """Give the request that signs the lines, and that checks them."""
        raise NotImplementedError

    def empty_request(self) -> Any:
        """Give a request without lines: its check tells the patient's weight."""
        raise NotImplementedError

    def load_signed(self) -> None:
        """Ask for the signed rows."""
        raise NotImplementedError

    def own_cards(self) -> list[CardSpec]:
        """Give the cards about signed rows."""
        return []

    def show_head(self) -> None:
        """Show the state of the draft above the lines."""

    def stop(self, row: int) -> None:
        """Stop what a signed row says."""

    def repeat_last(self) -> None:
        """Offer the lines that were written last."""

    def open_sets(self) -> None:
        """Offer what is usually written together."""

    # Building

    def _body(self) -> QBoxLayout:
        body = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(0)
        body.addWidget(self.grid, 1)
        body.addWidget(self.strip)
        self.strip.hide()
        return body

    def connect_all(self) -> None:
        """Connect the parts; a host calls it once its own parts are made."""
        self.model.edited.connect(self._edited)
        self.bench.options_changed.connect(self._edited)
        self.bench.wanted.connect(self.wanted)
        self.live.checked.connect(self.show_state)
        self.grid.removed.connect(self._removed)
        self.grid.grown.connect(self._size_strip)
        self.grid.repeat_requested.connect(self.repeat_last)
        self.grid.stop_requested.connect(self.stop)
        if self._finds_draft:
            self.drafts.failed.connect(lambda error: self.ctx.notices.show(error, self.host()))

    def _new_key(self) -> str:
        self._keys += 1
        return f"{self.draft_kind[:2]}-{self._keys}"

    def host(self) -> QWidget:
        """Give what sheets lie over: the page, never the patient banner."""
        widget: QWidget | None = self
        while widget is not None and not hasattr(widget, "banners"):
            widget = widget.parentWidget()
        return widget or self

    # What the page calls

    def load(self) -> None:
        """Ask for the signed rows, the patient's weight and the kept draft."""
        self.load_signed()
        self.ctx.tasks.ask(
            self, self.check_verb, self.empty_request(), self._take_measures, latest="measures"
        )
        if self._finds_draft:
            self.drafts.load(self._found_draft)

    def refresh(self) -> None:
        """Ask again after a change; what is being written stays as it is."""
        self.load_signed()
        self.live.want()

    def flush(self) -> None:
        """Keep the draft now, with what stands in an open cell."""
        self.grid.editing.close(keep=True)
        self.drafts.flush()

    def draft_lines_count(self) -> int:
        """Give how many lines are written and not signed."""
        return len(self.model.lines)

    def restore_draft(self, draft: Draft) -> None:
        """Put a kept draft back."""
        self.put_draft(draft.body)
        self._keys = max((_number(line.key) for line in self.model.lines), default=0)
        self.live.ask()
        self.changed.emit()

    def blocking_reason(self) -> str:
        """Give the first thing that stands in the way of a signature, or an empty text."""
        return next(iter(self.blockers()), "")

    def blockers(self) -> Sequence[str]:
        """Give what must be dealt with before signing, the first thing first; warnings are asked in `ready`."""
        return self.signing.blockers()

    def ready(self, again: Callable[[], None]) -> bool:
        """Say whether nothing is left to ask; else ask for the reasons and call `again` when they are given."""
        return self.signing.ready(again)

    def review_lines(self) -> Sequence[str]:
        """Give every line to sign as a full line, with the reasons the paper will carry."""
        return self.signing.review_lines()

    def signed(self) -> None:
        """Hear that the lines were signed: the draft is gone from the desk with the same unit."""
        self.clear()
        self.drafts.drop()
        self.load_signed()
        self.changed.emit()

    def clear(self) -> None:
        """Start with no line."""
        self.grid.editing.close(keep=False)
        self.bench.put_options(self.bench.fresh_options())
        self.model.load(())
        self.live.ask()

    def refused(self, error: Exception) -> None:
        """Hear that signing was refused, and show why in place."""
        self.live.ask()
        if not isinstance(error, NeedsReason):
            self.ctx.notices.show(error, self.host())
        if isinstance(error, Invalid) and "." in error.field:
            row = self.model.row_of(error.field.split(".", maxsplit=1)[0])
            if row >= 0:
                self.grid.setCurrentIndex(self.model.index(row, Cell.DRUG))

    def focus_entry(self) -> None:
        """Put the focus where the next line is written."""
        self.grid.start()

    def editing_actions(self) -> list[Action]:
        """Give the acts that share a key with the rest of the program while the lines have the focus."""
        inside = self.has_focus
        return [
            Action("edit.undo", "Undo", self.undo, enabled=inside, hint=False),
            Action("edit.redo", "Redo", self._redo, enabled=inside, hint=False),
            Action("prescription.alternative", "Take the alternative", self.take_alternative, hint=False),
            Action("prescription.order-test", "Order the skin test", self.order_test, hint=False),
            Action("prescription.enter-result", "Enter the skin test result", self.enter_result, hint=False),
            Action("prescription.alerts", "Next alerts", self.strip.turn, hint=False),
        ]

    def has_focus(self) -> bool:
        """Say whether the focus is among the lines."""
        here = self.window().focusWidget()
        return here is not None and (here is self.grid or self.isAncestorOf(here))

    def undo(self) -> None:
        """Go one change back."""
        self.grid.editing.close(keep=True)
        self.model.undo()

    def _redo(self) -> None:
        self.grid.editing.close(keep=True)
        self.model.redo()

    # Draft

    def _draft_key(self) -> DraftKey | None:
        return DraftKey(self.draft_kind, self.patient.id, self.patient.encounter)

    def _found_draft(self, draft: Draft | None) -> None:
        if draft is not None and not self.model.lines:
            self.restore_draft(draft)

    def _edited(self) -> None:
        self.drafts.touch()
        self.live.want()
        self.show_state()

    # What is shown

    def _take_measures(self, check: DraftCheck) -> None:
        self._measured = check

    def _weight(self) -> tuple[Decimal | None, str]:
        """Give the weight for a dose per kilogram with its day; one older than 30 days is refused, not used."""
        check = self.live.check or self._measured
        if check is None or not check.weight_kg:
            return None, ""
        day = date.fromisoformat(check.weight_on)
        if self.ctx.clock.now().date() - day > WEIGHT_GOOD_FOR:
            return None, _("The weight is from {when}; measure it again.", when=written_date(day))
        return Decimal(check.weight_kg), written_date(day)

    def show_state(self) -> None:
        """Show what the last check found, above the lines and in the alerts."""
        self.show_head()
        self.strip.set_cards([*self.own_cards(), *self._cards(self.live.check)])
        self._size_strip()
        self.changed.emit()

    def _cards(self, check: DraftCheck | None) -> list[CardSpec]:
        if self.live.error is not None and self.model.lines:
            why = self.live.error.message if isinstance(self.live.error, UserError) else ""
            again = Choice(_("Check again"), self.live.ask)
            return [failed_card(self.bench.nothing_checked(), again, why)]
        return (
            cards_for(self.bench, check, self.model.places(), self.strip.beside) if check is not None else []
        )

    def sizeHint(self) -> QSize:
        """Want all lines in sight, and under them the heaviest alert."""
        below = 0 if self.strip.beside else self.strip.first_height(self.width())
        return QSize(self.width(), self.grid.whole_height() + below)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the alerts beside the lines where there is room."""
        super().resizeEvent(event)
        beside = self.width() >= theme().px(WIDE)
        direction = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        self.body.setDirection(direction)
        self.strip.set_beside(beside)
        self._size_strip()

    def _size_strip(self) -> None:
        if self.strip.beside:
            self.strip.setFixedWidth(max(theme().px(BESIDE), self.strip.widest()))
        else:
            self.strip.setMinimumWidth(0)
            self.strip.setMaximumWidth(UNBOUND)
            spare = self.height() - self.grid.whole_height()
            self.strip.fit_into(self.width(), self.height() * 2 // 5, spare, self.height() - theme().px(30))
        self.updateGeometry()

    # Acts

    def _removed(self, count: int) -> None:
        text = _("Line removed") if count == 1 else _("{count} lines removed", count=count)
        self.ctx.notices.toast(text, undo=self.undo)

    def take_alternative(self) -> None:
        """Take the first way out of the heaviest alert, where its button is in sight."""
        self._press("Alt+A")

    def order_test(self) -> None:
        """Order the skin test that an alert in sight asks for."""
        self._press(ORDER_KEY)

    def enter_result(self) -> None:
        """Enter the result of the skin test that an alert in sight asks for."""
        self._press(ENTER_KEY)

    def _press(self, key: str) -> None:
        """Press the button of an alert that carries a key, where it is in sight."""
        buttons = (button for card in self.strip.cards() for button in card.buttons())
        found = next((b for b in buttons if b.text().endswith(key) and b.isVisible()), None)
        if found is not None:
            found.click()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the keys of the alerts (Alt+A, Alt+S, Alt+E, Alt+D); F6 shows the sets, F12 signs."""
        alt = event.modifiers() == Qt.KeyboardModifier.AltModifier
        acts = {
            Qt.Key.Key_A: self.take_alternative,
            Qt.Key.Key_S: self.order_test,
            Qt.Key.Key_E: self.enter_result,
            Qt.Key.Key_D: self.strip.turn,
        }
        act = acts.get(Qt.Key(event.key())) if alt else None
        if act is not None:
            act()
        elif event.key() == Qt.Key.Key_F6:
            self.open_sets()
        elif event.key() == Qt.Key.Key_F12:
            self.sign_requested.emit()
        else:
            super().keyPressEvent(event)


def _number(key: str) -> int:
    digits = key.rpartition("-")[2]
    return int(digits) if digits.isdecimal() else 0
