"""The sheets of the counter: what each of them asks, and which command its answer becomes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtWidgets import QWidget

from ui.pages.pharmacy_parts.picks import PickLine
from ui.widgets.reason_sheet import Answer, Question, ReasonSheet
from ui.widgets.review_sheet import ReviewSheet
from workstation.core.i18n import _
from workstation.pharmacy.rows import HandedOut, ReasonRow, SheetView
from workstation.rules.alerts import Alert

Done = Callable[[Answer], None]


@dataclass(slots=True)
class Asking:
    """Opens sheets over `host`; `reasons` are the lists by group, once they are known."""

    host: QWidget
    reasons: dict[str, tuple[ReasonRow, ...]] = field(default_factory=dict)
    open_sheet: ReasonSheet | None = None

    def _open(self, question: Question, done: Done) -> ReasonSheet:
        if self.open_sheet is not None:
            self.open_sheet.dismiss()
        sheet = ReasonSheet(self.host, question)
        sheet.answered.connect(done)
        sheet.visibility_changed.connect(lambda shown: None if shown else self._closed(sheet))
        self.open_sheet = sheet
        sheet.open()
        return sheet

    def _closed(self, sheet: ReasonSheet) -> None:
        if self.open_sheet is sheet:
            self.open_sheet = None

    def close(self) -> None:
        """Close the sheet that is open."""
        if self.open_sheet is not None:
            self.open_sheet.dismiss()

    def failed(self, error: Exception) -> bool:
        """Show a refusal on the open sheet; says whether there is one."""
        if self.open_sheet is None:
            return False
        self.open_sheet.failed(error)
        return True

    def query(self, view: SheetView, alert: Alert | None, done: Done) -> ReasonSheet:
        """Ask what to ask the prescriber."""
        return self._open(
            Question(
                _("Ask the prescriber about {number}", number=view.number),
                _("The prescription waits until {name} answers.", name=view.prescriber),
                _("Send the question"),
                self.reasons.get("review", ()),
                text=alert.title if alert is not None else "",
            ),
            done,
        )

    def refuse(self, view: SheetView, done: Done) -> ReasonSheet:
        """Ask why a sheet is refused."""
        return self._open(
            Question(
                _("Refuse {number}", number=view.number),
                _("A refusal is final and is reported. To have it corrected, ask the prescriber instead."),
                _("Refuse"),
                self.reasons.get("review", ()),
                words_needed=True,
            ),
            done,
        )

    def approve(self, stops: list[Alert], done: Done) -> ReasonSheet:
        """Ask why a sheet is approved against a stop nobody has answered."""
        titles = "\n".join(_("{name}: {text}", name=stop.title, text=stop.message) for stop in stops)
        return self._open(
            Question(
                _("A stop has no answer yet"),
                titles,
                _("Approve with this reason"),
                words_needed=True,
            ),
            done,
        )

    def park(self, view: SheetView, done: Done) -> ReasonSheet:
        """Ask why a sheet is put aside."""
        return self._open(
            Question(
                _("Put {number} aside", number=view.number),
                _("It goes back into the queue; what was scanned stays on this desk."),
                _("Put aside"),
                words_needed=True,
                text=_("patient not here"),
            ),
            done,
        )

    def by_hand(self, line: PickLine, done: Done) -> ReasonSheet:
        """Ask why a line is not scanned."""
        return self._open(
            Question(
                _("{name} without scanning", name=line.row.name),
                _("Compare name, strength, form, lot and expiry with your own eyes."),
                _("Picked by hand"),
                self.reasons.get("manual", ()),
                words=False,
            ),
            done,
        )

    def part(self, done: Done) -> ReasonSheet:
        """Ask why only a part goes out."""
        return self._open(
            Question(
                _("Only a part is handed out"),
                _("What stays owed can be collected while the prescription is valid."),
                _("Hand out a part"),
                self.reasons.get("partial", ()),
                words=False,
            ),
            done,
        )

    def amount(self, line: PickLine, done: Done) -> ReasonSheet:
        """Ask how much of a line goes out now."""
        return self._open(
            Question(
                _("How much of {name} now?", name=line.row.name),
                _("{left} {unit} is left to hand out.", left=line.row.left, unit=line.row.unit),
                _("Take this amount"),
                words=False,
                amount=format(line.quantity.normalize(), "f"),
                amount_label=_("Amount in {unit}", unit=line.row.unit),
            ),
            done,
        )

    def give_back(self, handed: HandedOut, done: Done) -> ReasonSheet:
        """Ask what came back, why, and whether it may go on the shelf."""
        return self._open(
            Question(
                _("Take back {name}", name=handed.name),
                _("Only intact packs that never left the pharmacy may go back on the shelf."),
                _("Take back"),
                self.reasons.get("return", ()),
                words=False,
                amount=handed.quantity,
                amount_label=_("Amount in {unit}", unit=handed.unit),
                switch=_("Put it back on the shelf"),
            ),
            done,
        )

    def twice(self, view: SheetView, lines: list[str], key: str) -> ReviewSheet:
        """Ask a pharmacist who is alone for the second signature."""
        name = view.summary.person.name if view.summary is not None else ""
        return ReviewSheet(
            self.host,
            _("You reviewed this prescription yourself"),
            lines,
            _("Sign twice and hand out to {name}", name=name),
            key=key,
            warning=_("Alone on shift: sign a second time (双签名). Otherwise let a colleague hand it out."),
        )
