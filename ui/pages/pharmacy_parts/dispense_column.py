"""The right column: scan and compare, then hand out. Scans arrive here whatever has the focus."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from ui.pages.pharmacy_parts import words
from ui.pages.pharmacy_parts.compare import Compare
from ui.pages.pharmacy_parts.handed_rows import HandedRows
from ui.pages.pharmacy_parts.pick_rows import PickRows
from ui.pages.pharmacy_parts.picks import Outcome, PickList, Scanned
from ui.theme import theme
from ui.widgets.alerts import AlertCard, AlertView
from ui.widgets.areas import reading_area
from ui.widgets.buttons import button
from ui.widgets.chips import StatusChip
from ui.widgets.labels import label
from workstation.core.events import Link
from workstation.core.i18n import _
from workstation.pharmacy.model import Basis, SheetState
from workstation.pharmacy.rows import ScannedPack, SheetView
from workstation.pharmacy.wording import state_text

OPEN = (SheetState.TO_DISPENSE, SheetState.DISPENSING, SheetState.PARTIAL)


class DispenseColumn(QWidget):
    """Shows what is in hand for one sheet. `hint` gives the printed key of an action."""

    dispense = Signal()
    by_hand = Signal(str)
    amount = Signal()
    part = Signal()
    labels = Signal()
    give_back = Signal(str)

    def __init__(
        self, now: Callable[[], datetime], hint: Callable[[str], str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._now, self._hint = now, hint
        self.view: SheetView | None = None
        self.picks: PickList | None = None
        self.link = Link.ONLINE
        self.changed = False
        self.title = label("", "section", bold=True)
        self.owed = StatusChip("caution", " ")
        self.message_box = QVBoxLayout()
        self.message: AlertCard | None = None
        self.compare = Compare()
        self.rows = PickRows()
        self.rows.by_hand.connect(self.by_hand.emit)
        self.handed = HandedRows(now, hint("dispense.give-back"))
        self.handed.give_back.connect(self.give_back.emit)
        self.paper = QCheckBox(_("Signed paper seen"))
        self.paper.clicked.connect(lambda _checked=False: self._follow())
        self.offline_chip = StatusChip("caution", _("Offline"))
        self.offline = label("", "label", wrap=True)
        self.waits = label(_("The review comes first."), color="text2", wrap=True)
        self.why = label("", "label", color="text2", wrap=True)
        self.go = button("", self.dispense.emit, kind="primary")
        self.amount_button = button(_("Amount…"), self.amount.emit, key=hint("dispense.amount"))
        self.hand_button = button(_("By hand…"), self._by_hand_here, key=hint("dispense.by-hand"))
        self.part_button = button(_("Only a part…"), self.part.emit, key=hint("dispense.part"))
        self.label_button = button(_("Labels"), self.labels.emit, key=hint("dispense.labels"), icon="printer")
        self._lay_out()

    def _lay_out(self) -> None:
        t = theme()
        inside = QWidget()
        parts = QVBoxLayout(inside)
        parts.setContentsMargins(0, 0, t.px(2), 0)
        parts.setSpacing(t.px(6))
        parts.addWidget(self.waits)
        parts.addLayout(self.message_box)
        for part in (self.compare, self.rows, self.handed):
            parts.addWidget(part)
        parts.addStretch(1)
        self.area = reading_area(inside, _("Medicines to hand out"))
        head = QHBoxLayout()
        head.addWidget(self.title)
        head.addStretch(1)
        head.addWidget(self.owed)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(t.px(6))
        rows.addLayout(head)
        rows.addWidget(self.area, 1)
        for below in (self.offline_chip, self.offline, self.paper, self.why):
            rows.addWidget(below)
        extra = QGridLayout()
        extra.setSpacing(t.px(4))
        buttons = (self.hand_button, self.amount_button, self.part_button, self.label_button)
        for place, each in enumerate(buttons):
            extra.addWidget(each, place // 2, place % 2)
        rows.addLayout(extra)
        rows.addWidget(self.go)

    # Content

    def show_view(self, view: SheetView | None, picks: PickList | None) -> None:
        """Show a sheet with what is in hand for it."""
        other = self.view is None or view is None or self.view.task != view.task
        self.view, self.picks = view, picks
        if other:
            self.clear_message()
            self.paper.setChecked(False)
        self.setVisible(view is not None)
        if view is not None:
            self.handed.show_handed(view)
            self._show_over(view)
            self._follow()

    def _show_over(self, view: SheetView) -> None:
        """Say when two counters handed out the same: nothing may cover that."""
        over = [line for line in view.lines if line.over]
        if over:
            names = "、".join(f"{x.name} {x.handed_out}/{x.quantity} {x.unit}" for x in over)
            self.say(
                1,
                _("Handed out more than was ordered"),
                names
                + "\n"
                + _("Two counters without a line may have handed out the same sheet. Call the patient."),
            )

    def _follow(self) -> None:
        """Show the lines and the buttons as things stand."""
        view = self.view
        if view is None:
            return
        open_ = view.state in OPEN
        self.rows.show_picks(self.picks if open_ else None)
        self.rows.setVisible(open_)
        self.title.setText(self._title(open_))
        self.waits.setVisible(not open_ and not view.handed and self.message is None)
        self.owed.setVisible(view.state is SheetState.PARTIAL)
        self.owed.set("caution", state_text(SheetState.PARTIAL))
        self._show_basis(open_)
        why = self.in_the_way()
        name, key = words.patient_name(view), self._hint("work.sign")
        text = _("Hand out to {name}", name=name)
        self.go.setText(f"{text}  {key}".strip())
        self.go.setAccessibleName(text)
        self.go.setEnabled(open_ and not why)
        self.why.setText(why)
        self.why.setVisible(bool(why))
        for each in (self.go, self.hand_button, self.amount_button, self.part_button):
            each.setVisible(open_)
        self.label_button.setVisible(bool(view.handed))

    def _title(self, open_: bool) -> str:
        if not open_:
            return _("Handed out") if self.view is not None and self.view.handed else _("Scan and compare")
        total = len(self.picks.lines) if self.picks is not None else 0
        done = self.picks.checked if self.picks is not None else 0
        return _("Scan and compare {done}/{total}", done=done, total=total)

    def _show_basis(self, open_: bool) -> None:
        """Without a line other counters do not see what is done here; the paper or an earlier claim must stand in."""
        apart = open_ and self.link in (Link.OFFLINE, Link.SIGN_IN)
        self.offline.setVisible(apart)
        self.offline_chip.setVisible(apart)
        self.paper.setVisible(apart and not self.claim_known)
        self.offline.setText(
            _("No line to the centre: this counter's claim was known to others before.")
            if self.claim_known
            else _(
                "No line to the centre: other counters do not see this one. Hand out upon the signed paper only."
            )
        )

    @property
    def claim_known(self) -> bool:
        """Whether the centre knows that this counter has the sheet."""
        view = self.view
        return view is not None and view.mine and view.travelled.state == "received"

    def basis(self) -> Basis:
        """Give what a counter without a line goes by."""
        if self.link not in (Link.OFFLINE, Link.SIGN_IN):
            return Basis.LINE
        return Basis.CLAIM if self.claim_known else Basis.PAPER

    def in_the_way(self) -> str:
        """Say why nothing can be handed out now, or nothing."""
        view, picks = self.view, self.picks
        if view is None or view.state not in OPEN or picks is None:
            return ""
        reasons = (
            (self.changed, _("The prescription has changed: look at it first (F5).")),
            (view.expired, _("No longer valid: the prescriber must write a new one.")),
            (
                bool(view.holder) and not view.mine,
                _("{name} is handing out this prescription.", name=view.holder),
            ),
            (not self.compare.isHidden(), _("A wrong pack was scanned: put it away, or scan the right one.")),
            (not picks.lines or not picks.anything, _("Nothing of it can be handed out now.")),
            (
                self._missing() > 0,
                _("Still to scan: {count}. Without a code, give a reason.", count=self._missing()),
            ),
            (
                picks.is_part and not picks.partial,
                _("Something would stay owed: say why only a part is handed out."),
            ),
            (self.basis() is Basis.PAPER and not self.paper.isChecked(), _("See the signed paper first.")),
        )
        return next((text for stands, text in reasons if stands), "")

    def _missing(self) -> int:
        return sum(1 for line in self.picks.lines if line.taken and not line.done) if self.picks else 0

    def open_now(self) -> bool:
        """Say whether this sheet is open for scanning."""
        return self.view is not None and self.view.state in OPEN and self.picks is not None

    def paper_seen(self) -> None:
        """Note that the signed paper of this sheet was in the hand."""
        self.paper.setChecked(True)
        self._follow()

    def can_dispense(self) -> bool:
        """Say whether everything is there to hand out."""
        return self.view is not None and self.view.state in OPEN and not self.in_the_way()

    def set_link(self, link: Link) -> None:
        """Follow the line to the centre."""
        self.link = link
        self._follow()

    def set_changed(self, changed: bool) -> None:
        """Say that the sheet changed and was not looked at yet."""
        self.changed = changed
        self._follow()

    def refresh(self) -> None:
        """Show the picks again after one was changed."""
        self._follow()

    def _by_hand_here(self) -> None:
        self.by_hand.emit(self.rows.focused_line())

    # Scans

    def show_scan(self, scan: Scanned) -> None:
        """Show what came of a scan, and sound where it was wrong."""
        self.clear_message()
        if scan.outcome is Outcome.MISMATCH:
            self.compare.show_pair(scan.line, scan.pack)
            self.area.verticalScrollBar().setValue(0)
        elif scan.outcome not in (Outcome.ACCEPTED, Outcome.MORE):
            tier, title, text = scan_words(scan)
            self.say(tier, title, text)
        if scan.outcome not in (Outcome.ACCEPTED, Outcome.MORE):
            QApplication.beep()
        self._follow()

    def say(self, tier: int, title: str, text: str) -> None:
        """Show a card above the lines."""
        self.clear_message()
        self.message = AlertCard(AlertView(tier, title, text))
        self.message_box.addWidget(self.message)
        self.message.show()
        self.message.announce()
        self.area.verticalScrollBar().setValue(0)

    def clear_message(self) -> None:
        """Take cards of earlier scans away."""
        self.compare.hide()
        if self.message is not None:
            self.message_box.removeWidget(self.message)
            self.message.hide()
            self.message.deleteLater()
            self.message = None

    def message_text(self) -> str:
        """Give what the card above the lines says."""
        return self.message.accessibleName() if self.message is not None else ""

    def labels_in(self) -> list[QLabel]:
        """Give the texts of the column, for tests and screen readers."""
        return self.findChildren(QLabel)


def scan_words(scan: Scanned) -> tuple[int, str, str]:
    """Give tier, title and text for a pack that cannot be taken."""
    pack = scan.pack
    lot = (
        _("Lot {lot} · expires {date}", lot=pack.lot_number, date=words.day(pack.expires))
        if pack.expires
        else (pack.lot_number)
    )
    return {
        Outcome.EXPIRED: (1, _("This pack has expired"), f"{pack.name} {lot}"),
        Outcome.USED: (1, _("This pack was handed out already"), used_text(pack)),
        Outcome.NO_LOT: (
            2,
            _("This lot is not on the shelf of this desk"),
            f"{pack.name} {lot}\n" + _("Receive it first, or pick by hand with a reason."),
        ),
        Outcome.TWICE: (3, _("This pack was scanned already"), used_text(pack)),
    }[scan.outcome]


def used_text(pack: ScannedPack) -> str:
    """Name a pack by its trace code."""
    return f"{pack.name} · {_('Trace code {code}', code=pack.trace)}"
