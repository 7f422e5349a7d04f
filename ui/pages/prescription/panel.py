"""The prescription region a page hosts: lines, live checks, alerts, its own draft; the page signs.

Host: put it where it belongs, call `load()` once, `flush()` before a switch. For F12: if `blockers()` is empty and
`ready(again)` says yes, show `review_lines()`, run `prescribing.sign` with `sign_request()`, then call `signed()` or
`refused(error)`. `ready` asks the reasons for warnings first, one key each, and calls `again` when they are given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from ui.actions import Action
from ui.context import Context, PatientContext
from ui.draft_keeper import DraftKeeper
from ui.pages.prescription.bench import RxBench
from ui.pages.prescription.cards import cards_for, failed_card
from ui.pages.prescription.choices import drug_choice
from ui.pages.prescription.editing import Surroundings
from ui.pages.prescription.grid import RxGrid
from ui.pages.prescription.head import RxHead
from ui.pages.prescription.live import LiveCheck
from ui.pages.prescription.model import Cell, RxModel
from ui.pages.prescription.offers import RxOffers
from ui.pages.prescription.options import DRAFT_KIND, RxOptions, from_body, to_body
from ui.pages.prescription.signed import SignedSheets
from ui.pages.prescription.signing import RxSigning
from ui.pages.prescription.strip import AlertStrip, CardSpec
from ui.pages.prescription.words import Words
from ui.theme import theme
from ui.widgets.banner import written_date
from ui.widgets.banner_strip import Choice
from ui.widgets.code_search import Deliver
from workstation.core.clock import instant
from workstation.core.drafts import Draft, DraftKey
from workstation.core.errors import Invalid, NeedsReason, UserError
from workstation.core.i18n import _
from workstation.medication.rows import FoundDrugs, SearchDrugs
from workstation.prescribing.check import Check
from workstation.prescribing.model import PrescriptionDraft
from workstation.security.permissions import Permission
from workstation.terminology.model import Drug

WIDE: Final = 1400
BESIDE: Final = 320
UNBOUND: Final = 16777215
WEIGHT_GOOD_FOR: Final = timedelta(days=30)


class RxPanel(QWidget):
    """See the module. `wanted` asks the page for a `diagnosis` or a `weight`; `allergy_found` gives the drug id of a
    positive skin test, whose allergy is to be recorded."""

    sign_requested = Signal()
    changed = Signal()
    wanted = Signal(str)
    allergy_found = Signal(str)

    def __init__(self, ctx: Context, patient: PatientContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.closed = False
        self.ctx, self.patient = ctx, patient
        words = Words(lambda: ctx.desk.knowledge)
        self.model = RxModel(words, self._new_key)
        self._keys = 0
        around = Surroundings(
            lambda: ctx.desk.knowledge,
            self._search,
            lambda: instant(ctx.clock.now()),
            self._weight,
            self._positive,
        )
        self.grid = RxGrid(self.model, around)
        self.strip = AlertStrip()
        self.bench = RxBench(ctx, self.model, self.grid, self.host)
        self.live = LiveCheck(ctx, self.model, self.sign_request, self)
        self.head = RxHead(self._turn_kind)
        self.sheets = SignedSheets(self, self.bench)
        self.drafts = DraftKeeper(ctx.desk, ctx.tasks, self._draft_key, self.draft_body, self)
        self.signing = RxSigning(ctx, self.model, self.live, self.bench, self.host)
        self.offers = RxOffers(ctx, patient, self.bench, self.host)
        self._measured: Check | None = None
        self._build()
        self._connect()
        self._show_state()

    def _build(self) -> None:
        self._body = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._body.setContentsMargins(0, 0, 0, 0)
        self._body.setSpacing(0)
        self._body.addWidget(self.grid, 1)
        self._body.addWidget(self.strip)
        self.strip.hide()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addLayout(self.head.row())
        rows.addLayout(self._body, 1)
        self.setFocusProxy(self.grid)

    def _connect(self) -> None:
        self.model.edited.connect(self._edited)
        self.bench.options_changed.connect(self._edited)
        self.bench.wanted.connect(self.wanted)
        self.live.checked.connect(self._show_state)
        self.sheets.shown.connect(self._show_state)
        self.grid.removed.connect(self._removed)
        self.grid.repeat_requested.connect(self.offers.repeat_last)
        self.offers.taken.connect(self.focus_entry)
        self.grid.stop_requested.connect(self.sheets.stop)
        self.drafts.failed.connect(lambda error: self.ctx.notices.show(error, self.host()))

    def _new_key(self) -> str:
        self._keys += 1
        return f"rx-{self._keys}"

    def host(self) -> QWidget:
        """Give what sheets lie over: the page, never the patient banner."""
        widget: QWidget | None = self
        while widget is not None and not hasattr(widget, "banners"):
            widget = widget.parentWidget()
        return widget or self

    # What the host calls

    def widget(self) -> QWidget:
        """Give the widget to show."""
        return self

    def header_widgets(self) -> Sequence[QWidget]:
        """Give what stands above the lines, for a page that has a header of its own to put it in."""
        return self.head.parts()

    def yielding_header(self) -> Sequence[QWidget]:
        """Give what of the header may go where it has no room, the last one first."""
        return (self.head.kind, *self.head.hints)

    def load(self) -> None:
        """Ask for the signed sheets, the patient's weight and the kept draft."""
        self.sheets.load()
        empty = RxOptions().request(self.patient.id, self.patient.encounter, ())
        self.ctx.tasks.ask(self, "prescribing.check", empty, self._take_measures, latest="measures")
        self.drafts.load(self._found_draft)

    def refresh(self) -> None:
        """Ask again after a change; what is being written stays as it is."""
        self.sheets.load()
        self.live.want()

    def flush(self) -> None:
        """Keep the draft now, with what stands in an open cell."""
        self.grid.editing.close(keep=True)
        self.drafts.flush()

    def draft_lines_count(self) -> int:
        """Give how many lines are written and not signed."""
        return len(self.model.lines)

    def draft_body(self) -> dict[str, Any]:
        """Give the draft as plain JSON."""
        return to_body(self.model.lines, self.bench.options)

    def restore_draft(self, draft: Draft) -> None:
        """Put a kept draft back."""
        lines, self.bench.options = from_body(draft.body)
        self._keys = max((_number(line.key) for line in lines), default=0)
        self.model.load(lines)
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
        """Give every line to sign as a full medication line, with the reasons the paper will carry."""
        return self.signing.review_lines()

    def sign_request(self) -> PrescriptionDraft:
        """Give the request of `prescribing.sign` (and of the checks)."""
        return self.bench.options.request(self.patient.id, self.patient.encounter, self.model.lines)

    def signed(self) -> None:
        """Hear that the lines were signed: the draft is gone from the desk with the same unit."""
        self.bench.options = RxOptions()
        self.model.load(())
        self.drafts.drop()
        self.live.ask()
        self.sheets.load()
        self.changed.emit()

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

    def page_actions(self) -> list[Action]:
        """Give the sets, and the acts that share a key with the rest of the program while the lines have the focus."""
        inside = self._has_focus
        return [
            Action("edit.undo", "Undo", self._undo, enabled=inside, hint=False),
            Action("edit.redo", "Redo", self._redo, enabled=inside, hint=False),
            Action("prescription.alternative", "Take the alternative", self.take_alternative, hint=False),
            Action("prescription.alerts", "Next alerts", self.strip.turn, hint=False),
            Action(
                "prescription.repeat",
                "Repeat last",
                self.offers.repeat_last,
                Permission.PRESCRIPTION_WRITE,
                hint=False,
            ),
            Action(
                "set.open", "Sets", self.offers.open_sets, Permission.PRESCRIPTION_WRITE, patient_bound=True
            ),
        ]

    def _has_focus(self) -> bool:
        here = self.window().focusWidget()
        return here is not None and (here is self.grid or self.isAncestorOf(here))

    def _undo(self) -> None:
        self.grid.editing.close(keep=True)
        self.model.undo()

    def _redo(self) -> None:
        self.grid.editing.close(keep=True)
        self.model.redo()

    # Draft

    def _draft_key(self) -> DraftKey | None:
        return DraftKey(DRAFT_KIND, self.patient.id, self.patient.encounter)

    def _found_draft(self, draft: Draft | None) -> None:
        if draft is not None and not self.model.lines:
            self.restore_draft(draft)

    def _edited(self) -> None:
        self.drafts.touch()
        self.live.want()
        self._show_state()
        self.changed.emit()

    # What is shown

    def _take_measures(self, check: Check) -> None:
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

    def _show_state(self) -> None:
        check, lines = self.live.check, self.model.lines
        prices = [self.model.words.price(line) for line in lines]
        total = sum((p for p in prices if p is not None), Decimal(0))
        self.head.show_state(check, self.bench.options, lines, total, self.model.signed_rows)
        self.strip.set_cards([*self.sheets.cards(), *self._cards(check)])
        self._size_strip()
        self.changed.emit()

    def _cards(self, check: Check | None) -> list[CardSpec]:
        if self.live.error is not None and self.model.lines:
            why = self.live.error.message if isinstance(self.live.error, UserError) else ""
            return [failed_card(Choice(_("Check again"), self.live.ask), why)]
        return (
            cards_for(self.bench, check, self.model.places(), self.strip.beside) if check is not None else []
        )

    def _turn_kind(self) -> None:
        self.bench.set_options(self.bench.options.other_kind())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the alerts beside the lines where there is room."""
        super().resizeEvent(event)
        beside = self.width() >= theme().px(WIDE)
        direction = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        self._body.setDirection(direction)
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

    # Acts

    def _search(self, text: str, deliver: Deliver) -> None:
        def found(answer: FoundDrugs) -> None:
            deliver([drug_choice(row) for row in answer.rows], answer.total)

        self.ctx.tasks.ask(self, "prescribing.search-drugs", SearchDrugs(text), found, latest="drugs")

    def _removed(self, count: int) -> None:
        text = _("Line removed") if count == 1 else _("{count} lines removed", count=count)
        self.ctx.notices.toast(text, undo=self._undo)

    def _positive(self, drug: Drug) -> None:
        self.allergy_found.emit(drug.id)

    def take_alternative(self) -> None:
        """Take the first way out of the heaviest alert, where its button is in sight."""
        buttons = (button for card in self.strip.cards() for button in card.buttons())
        lead = next((b for b in buttons if "Alt+A" in b.text() and b.isVisible()), None)
        if lead is not None:
            lead.click()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Alt+A takes the first way out of the heaviest alert, Alt+D shows the next alerts, F6 the sets; F12 signs."""
        alt = event.modifiers() == Qt.KeyboardModifier.AltModifier
        if event.key() == Qt.Key.Key_A and alt:
            self.take_alternative()
        elif event.key() == Qt.Key.Key_D and alt:
            self.strip.turn()
        elif event.key() == Qt.Key.Key_F6:
            self.offers.open_sets()
        elif event.key() == Qt.Key.Key_F12:
            self.sign_requested.emit()
        else:
            super().keyPressEvent(event)


def _number(key: str) -> int:
    digits = key.rpartition("-")[2]
    return int(digits) if digits.isdecimal() else 0
