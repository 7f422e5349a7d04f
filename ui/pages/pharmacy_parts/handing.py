"""What goes over the counter: scans, picks by hand, parts, the handing out itself, returns and labels."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ui.pages.pharmacy_parts import words
from ui.pages.pharmacy_parts.deciding import distance
from ui.pages.pharmacy_parts.handed_rows import returnable
from ui.pages.pharmacy_parts.picks import PickLine
from ui.papers_port import Made, Offer
from ui.widgets.reason_sheet import Answer
from workstation.core.clock import instant
from workstation.core.errors import Unavailable
from workstation.core.events import Changed, Level, Notice
from workstation.core.i18n import _
from workstation.pharmacy.model import Dispense, ReturnGoods, Scan
from workstation.pharmacy.rows import Paper, ScanKind, ScannedPack, SheetView

if TYPE_CHECKING:
    from ui.pages.pharmacy_parts.counter import Counter


class Handing:
    """The handing out of the open sheet."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    # Scanning

    def scanned(self, code: str) -> None:
        """Find out what was scanned."""
        self._counter.page.ctx.tasks.ask(self._counter.page, "pharmacy.scan", Scan(code), self._scan_known)

    def _scan_known(self, found: ScannedPack) -> None:
        if found.kind is ScanKind.SHEET:
            self._paper(found)
        elif (
            self._counter.view is None
            or self._counter.picks is None
            or not self._counter.page.dispense.open_now()
        ):
            self._stray(found)
        elif found.kind is ScanKind.UNKNOWN:
            self._counter.page.dispense.say(2, _("Nobody knows this code"), found.number)
        else:
            self._counter.page.dispense.show_scan(self._counter.picks.scan(found))

    def _paper(self, found: ScannedPack) -> None:
        """Take a scanned prescription: open it, or note that the paper of the open one was seen."""
        if not found.known:
            text = _("Prescription {number} has not been received at this counter.", number=found.number)
            hint = _(
                "It may still be on its way. Do not hand out before it arrives; ask where it was signed."
            )
            self._counter.page.ctx.notices.show(
                Notice(text, Level.WARNING, hint), self._counter.page, "not-received"
            )
            return
        self._counter.page.banners.remove("not-received")
        if self._counter.view is None or self._counter.view.number != found.number:
            self._counter.open(found.task, found.patient)
        if found.paper is Paper.DIFFERS:
            text = _("The paper of {number} differs from the signed record.", number=found.number)
            hint = _("Do not hand out upon it. Keep the paper and call the prescriber.")
            self._counter.page.ctx.notices.show(
                Notice(text, Level.ERROR, hint), self._counter.page, "paper-differs"
            )
        elif self._counter.view is not None and self._counter.view.number == found.number:
            self._counter.page.dispense.paper_seen()

    def _stray(self, found: ScannedPack) -> None:
        """Say what was scanned where nothing waits for it."""
        what = " ".join(p for p in (found.name, found.specification) if p) or found.number or found.trace
        hint = (
            _("The review comes first.")
            if self._counter.view is not None
            else _("Open a prescription first.")
        )
        text = _("Scanned: {what}", what=what)
        self._counter.page.ctx.notices.show(Notice(text, Level.INFO, hint), self._counter.page, "stray")

    def by_hand(self, line_id: str = "") -> None:
        """Pick a line without scanning."""
        line = self._line(line_id)
        if line is not None:
            self._counter.asking.by_hand(line, partial(self._by_hand, line.row.line))

    def _by_hand(self, line_id: str, answer: Answer) -> None:
        if self._counter.picks is not None:
            self._counter.picks.by_hand(line_id, answer.reason, answer.reason_text)
        self._picked()

    def amount(self) -> None:
        """Change how much of a line goes out now."""
        line = self._line("")
        if line is not None:
            self._counter.asking.amount(line, partial(self._amount, line.row.line))

    def _amount(self, line_id: str, answer: Answer) -> None:
        sheet = self._counter.asking.open_sheet
        if self._counter.picks is None or sheet is None:
            return
        if not self._counter.picks.set_quantity(line_id, answer.amount):
            sheet.refuse(_("Between 0 and what is left to hand out."))
            return
        self._picked()
        if self._counter.picks.is_part and not self._counter.picks.partial:
            self.part()

    def part(self) -> None:
        """Say why only a part goes out."""
        if self._counter.picks is not None and self._counter.page.dispense.open_now():
            self._counter.asking.part(self._part)

    def _part(self, answer: Answer) -> None:
        if self._counter.picks is not None:
            self._counter.picks.partial = answer.reason
        self._picked()

    def _picked(self) -> None:
        self._counter.asking.close()
        self._counter.page.dispense.refresh()

    def _line(self, line_id: str) -> PickLine | None:
        wanted = line_id or self._counter.page.dispense.rows.focused_line()
        return self._counter.picks.line(wanted) if self._counter.picks is not None else None

    # Handing out

    def dispense(self) -> None:
        """Hand out; whoever reviewed it alone signs a second time."""
        view, picks = self._counter.view, self._counter.picks
        if view is None or picks is None or not self._counter.page.dispense.can_dispense():
            return
        if view.own_review:
            self._sign_twice(view)
        else:
            self._hand_out(view, twice=False)

    def _sign_twice(self, view: SheetView) -> None:
        lines = [line.text for line in view.lines if line.left != "0"]
        sheet = self._counter.asking.twice(view, lines, self._counter.page.hint("work.sign"))
        desk = self._counter.page.ctx.desk

        def confirmed(pin: str) -> None:
            user = desk.actor.user if desk.actor is not None else ""

            def signed(_done: None) -> None:
                sheet.dismiss()
                self._hand_out(view, twice=True)

            self._counter.page.ctx.tasks.run(
                self._counter.page,
                lambda: desk.verify_secret(user, pin),
                signed,
                lambda error: sheet.wrong(getattr(error, "message", ""), getattr(error, "hint", "")),
            )

        sheet.confirmed.connect(confirmed)
        sheet.open()

    def _hand_out(self, view: SheetView, twice: bool) -> None:
        if self._counter.picks is None:
            return
        request = Dispense(
            view.dispense_task,
            self._counter.picks.picks(),
            double_sign=twice,
            partial=self._counter.picks.partial if self._counter.picks.is_part else "",
            basis=self._counter.page.dispense.basis(),
        )
        self._counter.do("pharmacy.dispense", request, self._handed_out)

    def _handed_out(self, changed: Changed) -> None:
        name = words.patient_name(self._counter.view)
        self._counter.page.ctx.notices.toast(
            _("Handed out to {name} · {distance}", name=name, distance=distance())
        )
        self._counter.picks = None
        self._counter.done(changed)
        if has_printer():
            self.labels(instant(changed.at))
        else:
            self._counter.page.queue.focus()

    def can_give_back(self) -> bool:
        """Say whether anything of the open sheet can be taken back."""
        return self._counter.view is not None and bool(returnable(self._counter.view))

    def give_back_first(self) -> None:
        """Take back the first amount that can come back."""
        if self._counter.view is not None and self.can_give_back():
            self.give_back(returnable(self._counter.view))

    def give_back(self, dispense: str) -> None:
        """Take back what was handed out."""
        handed = (
            next((h for h in self._counter.view.handed if h.dispense == dispense), None)
            if self._counter.view
            else None
        )
        if handed is not None:
            self._counter.asking.give_back(handed, partial(self._give_back, dispense, handed.codes))

    def _give_back(self, dispense: str, codes: tuple[str, ...], answer: Answer) -> None:
        request = ReturnGoods(dispense, answer.amount, answer.reason, answer.switched, codes)
        self._counter.do("pharmacy.return", request, self._counter.done)

    # Labels

    def has_labels(self) -> bool:
        """Say whether anything of the open sheet was handed out."""
        return self._counter.view is not None and bool(self._counter.view.handed)

    def labels(self, since: str = "") -> None:
        """Show the labels of what was handed out, ready to print."""
        view = self._counter.view
        if view is None:
            return
        from ui.pages.pharmacy_parts.labels import labels_pdf

        desk = self._counter.page.ctx.desk

        def make() -> Made:
            return labels_pdf(desk, view, since)

        page = self._counter.page
        try:
            page.ctx.papers.offer(Offer(_("Labels {number}", number=view.number), make))
        except Unavailable as error:
            page.fail(error)


def has_printer() -> bool:
    """Say whether labels can be printed here."""
    from ui.printing import printer_names

    return bool(printer_names())
