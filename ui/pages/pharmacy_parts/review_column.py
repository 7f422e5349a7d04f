"""The middle column: everything a review needs, and its three ways out: approve, ask, refuse."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.pages.pharmacy_parts import words
from ui.pages.pharmacy_parts.four_checks import FourChecks, confirmed_text
from ui.pages.pharmacy_parts.review_lines import cards, columns, review_lines, where_text
from ui.theme import theme
from ui.widgets.alerts import AlertList
from ui.widgets.areas import reading_area
from ui.widgets.buttons import button
from ui.widgets.chips import Journey, StatusChip, SyncBadge, Travelled
from ui.widgets.empty_state import EmptyState
from ui.widgets.freeze_bar import FreezeBar
from ui.widgets.labels import label
from ui.widgets.table_pane import TablePane
from workstation.core.clock import parse_instant
from workstation.core.i18n import _
from workstation.pharmacy.model import SheetState
from workstation.pharmacy.rows import SheetView
from workstation.pharmacy.sheet import STOPPED
from workstation.pharmacy.wording import state_text
from workstation.rules.alerts import Alert

REVIEWABLE = (SheetState.TO_REVIEW, SheetState.IN_REVIEW)
MOST_MEDICINES = 12


class ReviewColumn(QWidget):
    """Shows one `SheetView`. `hint` gives the printed key of an action."""

    approve = Signal()
    ask = Signal(object)
    refuse = Signal()

    def __init__(
        self, now: Callable[[], datetime], hint: Callable[[str], str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._now, self._hint = now, hint
        self.view: SheetView | None = None
        self._clock = QTimer(self, interval=1000)
        self._clock.timeout.connect(self._tick)
        self._seconds = 0
        self.bar = FreezeBar()
        self.head = _Head()
        self.facts = label("", "label", color="text2", wrap=True)
        self.weight = StatusChip("caution", " ")
        self.messages = label("", wrap=True)
        self.lines = TablePane(columns(), lambda r: r.row.line, _("Lines"), EmptyState(_("No lines.")))
        self.alerts = AlertList(_("Automatic check"))
        self.checks = FourChecks()
        self.why = label("", "label", color="text2", wrap=True)
        self.approve_button = button("", self.approve.emit, kind="primary")
        self.ask_button = button(
            _("Ask the prescriber"), lambda: self.ask.emit(None), key=hint("review.query")
        )
        self.refuse_button = button(_("Refuse"), self.refuse.emit, key=hint("review.refuse"))
        self._lay_out()

    def _lay_out(self) -> None:
        t = theme()
        self.alerts.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.lines.table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.lines.table.verticalHeader().sectionResized.connect(lambda *_sizes: self._fit())
        self.lines.table.picked.connect(lambda _row: self._reveal())
        inside = QWidget()
        parts = QVBoxLayout(inside)
        parts.setContentsMargins(0, 0, t.px(2), 0)
        parts.setSpacing(t.px(6))
        for part in (self.head, self.facts, self.weight, self.messages, self.lines, self.alerts, self.checks):
            parts.addWidget(part)
        parts.addStretch(1)
        self.area = reading_area(inside, _("Review"))
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(t.px(6))
        rows.addWidget(self.bar)
        rows.addWidget(self.area, 1)
        rows.addWidget(self.why)
        keys = QHBoxLayout()
        keys.setSpacing(t.px(6))
        keys.addWidget(self.refuse_button)
        keys.addStretch(1)
        keys.addWidget(self.ask_button)
        keys.addWidget(self.approve_button)
        rows.addLayout(keys)

    # Content

    def show_view(self, view: SheetView | None) -> None:
        """Show a sheet, or nothing."""
        same = self.view is not None and view is not None and self.view.task == view.task
        self.view = view
        self.setVisible(view is not None)
        if view is None:
            self._clock.stop()
            return
        if not same:
            self._seconds = 0
            self.area.verticalScrollBar().setValue(0)
        self.bar.set_text("")
        self.head.show_view(view, self._now())
        self.facts.setText(facts_text(view))
        missing = weight_missing(view)
        self.weight.setVisible(bool(missing))
        if missing:
            self.weight.set("caution", missing)
        self._show_messages(view)
        self.lines.set_rows(review_lines(view))
        found = cards(view, self.ask.emit)
        self.alerts.set_cards(found)
        self.alerts.setVisible(bool(found))
        self._fit()
        self.checks.show_view(view)
        self._show_ways_out(view)
        self._run_clock(view)

    def _show_messages(self, view: SheetView) -> None:
        now = self._now()
        told = [
            f"{words.moment(m.at, now)} {m.sender} {_('answers') if m.answer else _('asks')} {m.text}"
            for m in view.messages
        ]
        self.messages.setText("\n".join(told))
        self.messages.setVisible(bool(told))

    def _show_ways_out(self, view: SheetView) -> None:
        open_ = view.state in REVIEWABLE
        name, key = words.patient_name(view), self._hint("review.approve")
        text = _("Approve {name}", name=name)
        self.approve_button.setText(f"{text}  {key}".strip())
        self.approve_button.setAccessibleName(text)
        stands_in_the_way = self.in_the_way(view)
        self.approve_button.setVisible(open_)
        self.approve_button.setEnabled(open_ and not stands_in_the_way)
        asking = open_ or (view.state in (SheetState.TO_DISPENSE, SheetState.DISPENSING) and not view.handed)
        self.ask_button.setVisible(asking)
        self.refuse_button.setVisible(asking)
        self.why.setText(stands_in_the_way or confirmed_text(view, self._now()) or after_text(view))
        self.why.setVisible(bool(self.why.text()))

    def in_the_way(self, view: SheetView) -> str:
        """Say why this sheet cannot be approved now, or nothing."""
        if view.state not in REVIEWABLE:
            return ""
        if self.bar.text():
            return _("The prescription has changed: look at it first (F5).")
        if view.expired:
            return _("No longer valid: the prescriber must write a new one.")
        if view.holder and not view.mine:
            return _("{name} is reviewing this prescription.", name=view.holder)
        if any(a.fingerprint in view.prescreen.open and not a.overridable for a in view.prescreen.alerts):
            return _("Only a change of the prescription helps. Ask the prescriber, or refuse it.")
        return ""

    def can_approve(self) -> bool:
        """Say whether the approval is possible now."""
        view = self.view
        return view is not None and view.state in REVIEWABLE and not self.in_the_way(view)

    def can_ask(self) -> bool:
        """Say whether the prescriber can be asked now."""
        return self.view is not None and not self.ask_button.isHidden()

    def hold(self, text: str) -> None:
        """Say what changed while hands are on the sheet; the approval waits until it was looked at."""
        self.bar.set_text(text)
        if self.view is not None:
            self._show_ways_out(self.view)

    def open_stops(self) -> list[Alert]:
        """Give the stops that need a reason for an approval."""
        said = self.view.prescreen if self.view is not None else None
        return [a for a in said.alerts if a.fingerprint in said.open] if said is not None else []

    # Room

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let lines and cards be as high as they need; the column scrolls as one."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        table, t = self.lines.table, theme()
        rows = sum(table.rowHeight(n) for n in range(table.rows_model.rowCount()))
        bar = table.horizontalScrollBar()
        below = bar.sizeHint().height() if bar.maximum() else 0
        self.lines.setFixedHeight(max(table.horizontalHeader().height() + rows + below, t.px(64)) + 2)
        width = max(self.alerts.viewport().width(), 1)
        needed = sum(card.heightForWidth(width) + t.px(6) for card in self.alerts.cards())
        self.alerts.setFixedHeight(needed + t.px(8))

    def _reveal(self) -> None:
        """Keep the line in focus in sight."""
        table = self.lines.table
        if table.hasFocus() and table.currentIndex().isValid():
            top = (
                self.lines.y()
                + table.horizontalHeader().height()
                + table.visualRect(table.currentIndex()).y()
            )
            self.area.ensureVisible(0, top, 0, theme().px(48))

    # Clock

    def _run_clock(self, view: SheetView) -> None:
        if view.state in REVIEWABLE:
            self._clock.start()
        else:
            self._clock.stop()
        self.head.show_clock(view.state in REVIEWABLE, self._seconds)

    def _tick(self) -> None:
        self._seconds += 1
        self.head.show_clock(True, self._seconds)


class _Head(QWidget):
    """Number, class, state and validity of the sheet, who wrote it, how far it has travelled, the clock."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        t = theme()
        self.number = label("", bold=True, mono=True)
        self.kind = StatusChip("note", " ")
        self.state = StatusChip("note", " ")
        self.about = label("", "label", color="text2", wrap=True)
        self.badge = SyncBadge(Journey(Travelled.LOCAL))
        self.clock = label("", "label", color="text2")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(t.px(2))
        line = QHBoxLayout()
        line.setSpacing(t.px(8))
        for widget in (self.number, self.kind, self.state, self.badge):
            line.addWidget(widget)
        line.addStretch(1)
        line.addWidget(self.clock)
        rows.addLayout(line)
        rows.addWidget(self.about)

    def show_view(self, view: SheetView, now: datetime) -> None:
        """Show the head of a sheet."""
        self.number.setText(view.number)
        kind = words.rx_type_text(view.rx_type)
        self.kind.setVisible(bool(kind))
        if kind:
            self.kind.set("note", kind)
        self.state.set(words.STATES[view.state], state_text(view.state))
        self.badge.set(journey(view, now))
        self.about.setText(about_text(view, now))

    def show_clock(self, running: bool, seconds: int) -> None:
        """Show how long this review takes."""
        self.clock.setText(_("Review {time}", time=words.elapsed(seconds)) if running else "")


def about_text(view: SheetView, now: datetime) -> str:
    """Say who wrote the sheet, when, until when it is valid, and what the law wants said."""
    valid = words.moment(view.valid_until, now)
    over = (
        _("no longer valid since {time}", time=valid) if view.expired else _("valid until {time}", time=valid)
    )
    parts = [
        " ".join(part for part in (view.department, view.prescriber) if part),
        _("signed {time}", time=words.moment(view.signed_at, now)),
        over if view.valid_until else "",
        _("long-term") if view.long_term else "",
        _("reason for the longer supply: {reason}", reason=view.limit_reason) if view.limit_reason else "",
        _("synthetic data") if view.synthetic else "",
    ]
    return " · ".join(part for part in parts if part)


def facts_text(view: SheetView) -> str:
    """Say diagnoses, what is taken besides, weight and kidney values; what is not known is said as such."""
    diagnoses = "、".join(view.diagnoses) if view.diagnoses else _("not stated")
    lines = [_("Diagnosis {text}", text=diagnoses)]
    summary = view.summary
    if summary is None:
        return "\n".join([*lines, _("The patient's record has not arrived: nothing else is known here.")])
    running = [m.text for m in summary.medicines if m.running][:MOST_MEDICINES]
    besides = "；".join(running) if running else _("nothing on record")
    lines.append(_("Also taking {text}", text=besides))
    measures = [
        f"{name} {m.value} {m.unit} {words.day(m.at)}" if m is not None else f"{name} {_('not on record')}"
        for name, m in (
            (_("Weight"), summary.weight),
            (_("eGFR"), summary.egfr),
            (_("Creatinine"), summary.creatinine),
        )
    ]
    lines.append(" · ".join(measures))
    return "\n".join(lines)


def weight_missing(view: SheetView) -> str:
    """Say that a dose depends on a weight that nobody recorded, and in which lines; else nothing."""
    concerned = [row.number for row in view.lines if row.by_weight and row.status not in STOPPED]
    if not concerned or view.summary is None or view.summary.weight is not None:
        return ""
    return _("Weight not recorded; the dose goes by it: {lines}", lines=where_text(concerned))


def after_text(view: SheetView) -> str:
    """Say how the review ended where it did not end with an approval."""
    if view.state in (SheetState.QUERY, SheetState.REFUSED, SheetState.CANCELLED):
        return " · ".join(part for part in (state_text(view.state), view.state_reason) if part)
    return ""


def journey(view: SheetView, now: datetime) -> Journey:
    """Say how far the sheet's last step has travelled."""
    state = {
        "received": Travelled.RECEIVED,
        "waiting": Travelled.WAITING,
        "failed": Travelled.FAILED,
        "conflict": Travelled.CONFLICT,
    }.get(view.travelled.state, Travelled.LOCAL)
    at = parse_instant(view.travelled.at).astimezone(now.tzinfo) if view.travelled.at else None
    return Journey(state, at=at)
