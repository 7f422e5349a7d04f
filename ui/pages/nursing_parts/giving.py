"""Giving one dose at the bedside: scan the wristband, scan the label, press Enter. Everything else asks first.

The wristband locks the chart; a label of another patient, a stopped order or a wrong time is shown with what differs,
and Enter does not override it. Without a scan the nurse says why, after the time too; high-alert drugs ask a colleague.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from ui.context import PatientContext
from ui.pages.nursing_parts import words
from ui.pages.nursing_parts.asking import SecondPerson
from ui.widgets.chips import Journey, Travelled
from ui.widgets.reason_sheet import Answer
from workstation.core.errors import NotFound
from workstation.core.events import Changed, Level, Notice
from workstation.core.i18n import _
from workstation.nursing import model
from workstation.nursing.rows import Barrier, RightsView, ScanKind, Scanned
from workstation.orderbook.plan import parse_key
from workstation.security.permissions import Permission, roles
from workstation.terminology.packs import half_width

if TYPE_CHECKING:
    from ui.page import Page
    from ui.pages.administration import AdministrationPage

UNDONE: Final = "C1"


@dataclass(frozen=True, slots=True)
class Hand:
    """What a nurse has in hand: the code of a label or pack, or a dose chosen on the chart, and what was answered."""

    code: str = ""
    slot: str = ""
    by_hand: Answer | None = None
    late: Answer | None = None
    second: str = ""


class Giving:
    """The dose in hand, of one page."""

    def __init__(self, page: AdministrationPage) -> None:
        self._page = page
        self._sheet: SecondPerson | None = None
        self.hand = Hand()

    # Scans

    def scanned(self, code: str) -> None:
        """Find out what was scanned; the label of a dose says it by itself."""
        self._page.banners.remove("scan")
        label = half_width(code)
        if parse_key(label) is not None:
            self.take(Hand(code=label))
        else:
            self._page.ctx.tasks.ask(self._page, "nursing.scan", model.Scan(code), self._known, latest="scan")

    def _known(self, found: Scanned) -> None:
        if found.kind is ScanKind.WRISTBAND:
            self._wristband(found)
        elif found.kind is ScanKind.PACK and found.known:
            self.take(replace(self.hand, code=found.code) if self.hand.slot else Hand(code=found.code))
        else:
            self._stray(found)

    def _wristband(self, found: Scanned) -> None:
        """Lock the chart, or go to the chart of whoever wears it; with a dose in hand another's is a wrong patient."""
        page, bedside = self._page, self._page.ctx.bedside
        mine = found.encounter == page.encounter
        if not found.known or found.over:
            self._stray(found)
        elif mine:
            bedside.hold(found.encounter, found.code)
            page.show_lock()
            if page.panel.view is not None:
                self.take(self.hand)
        elif page.panel.view is not None:
            self._ask(self.hand, found.code)
        else:
            open_chart(page, found)

    def _stray(self, found: Scanned) -> None:
        """Say what was scanned where it does not belong."""
        self._page.ctx.notices.show(stray_notice(found), self._page, "scan")

    # The dose in hand

    def take(self, hand: Hand) -> None:
        """Take a dose in hand: ask for its five rights. A question about the one before is closed."""
        self._close_sheets()
        self.hand = hand
        self._ask(hand, self.wristband)

    def choose(self) -> None:
        """Take the current cell of the chart in hand; a drug when needed is given at this minute."""
        chart = self._page.chart
        row, cell = chart.row(), chart.cell()
        if row is None:
            return
        if cell is not None:
            self.take(Hand(slot=cell.slot))
        elif row.as_needed:
            self.take(Hand(slot=f"{row.unit}.{self._page.ctx.clock.now():%y%m%d%H%M}"))

    @property
    def wristband(self) -> str:
        """Give the wristband that locks this chart, or an empty text."""
        bedside = self._page.ctx.bedside
        return bedside.wristband if bedside.encounter == self._page.encounter else ""

    def _ask(self, hand: Hand, wristband: str) -> None:
        request = model.FiveRights(self._page.encounter, hand.code, wristband, hand.slot)
        self._page.ctx.tasks.ask(
            self._page, "nursing.five-rights", request, self._show, self._refused, latest="rights"
        )

    def _show(self, view: RightsView) -> None:
        page = self._page
        if view.slot:
            page.chart.go_to(view.slot)
        missing = self._missing() if view.drug else []
        page.panel.show_view(view, missing, self.act(view), self.confirm, self.drop)
        page.fit()

    def _missing(self) -> list[str]:
        found = [] if self.wristband else [_("wristband")]
        return found if self.hand.code else [*found, _("label")]

    def _refused(self, error: Exception) -> None:
        code = self.hand.code
        self.drop()
        if isinstance(error, NotFound) and code:
            self._stray(Scanned(ScanKind.LABEL, code, known=False))
        else:
            self._page.fail(error)

    def act(self, view: RightsView) -> str:
        """Give what Enter does with a dose, with the patient's name; empty where it does nothing."""
        name = view.who.name
        if view.running and all(bar.barrier is Barrier.RECORDED for bar in view.bars):
            return _("End the infusion of {name}", name=name)
        if not view.ok:
            return ""
        if not view.drug:
            return _("Carried out for {name}", name=name)
        return (
            _("Begin the infusion of {name}", name=name) if view.infusion else _("Give to {name}", name=name)
        )

    def drop(self) -> None:
        """Put the dose down again."""
        self.hand = Hand()
        self._close_sheets()
        self._page.panel.clear()
        self._page.fit()
        self._page.chart.setFocus()

    # Enter

    def confirm(self) -> None:
        """Ask for what is still missing, one thing at a time, then record it."""
        view = self._page.panel.view
        if view is None or not self.act(view):
            return
        if view.running:
            self._do("nursing.end-infusion", model.EndInfusion(view.slot, view.who.encounter), _("Ended"))
        elif view.drug and self._missing() and self.hand.by_hand is None:
            self._why(view, "by-hand", _("Why was it not scanned?"))
        elif view.needs_late and self.hand.late is None:
            self._why(view, "late", _("Why is it late?"))
        elif not view.drug:
            self._carry_out(view)
        elif view.needs_second and not self.hand.second:
            self._second(view)
        else:
            self._give(view)

    def _why(self, view: RightsView, group: str, title: str) -> None:
        def answered(answer: Answer) -> None:
            self._page.asking.close()
            late = group == "late"
            self.hand = replace(self.hand, late=answer) if late else replace(self.hand, by_hand=answer)
            self.confirm()

        self._page.asking.ask(group, title, self.about(view), _("Go on"), answered)

    @staticmethod
    def about(view: RightsView) -> str:
        """Name whom and what a question is about."""
        return f"{words.named(view.who)}\n{words.lines_shown(view.lines)}"

    def _close_sheets(self) -> None:
        self._page.asking.close()
        if self._sheet is not None:
            self._sheet.dismiss()
            self._sheet = None

    def _second(self, view: RightsView) -> None:
        desk, me = self._page.ctx.desk, self._page.ctx.desk.actor

        def people() -> list[tuple[str, str]]:
            cards = [card for card in desk.users() if may_give(card.role)]
            return [(card.user, card.name) for card in cards if me is None or card.user != me.user]

        self._page.ctx.tasks.run(self._page, people, lambda found: self._ask_second(view, found))

    def _ask_second(self, view: RightsView, people: list[tuple[str, str]]) -> None:
        page = self._page
        sheet = SecondPerson(page.sheet_host(), self.about(view).splitlines(), people)
        self._sheet = sheet

        def given(user: str, pin: str) -> None:
            def checked(_done: None) -> None:
                self._close_sheets()
                self.hand = replace(self.hand, second=user)
                self.confirm()

            page.ctx.tasks.run(
                page,
                lambda: page.ctx.desk.verify_secret(user, pin),
                checked,
                lambda error: sheet.wrong(getattr(error, "message", ""), getattr(error, "hint", "")),
            )

        sheet.given.connect(given)
        sheet.open()

    def _give(self, view: RightsView) -> None:
        hand, none = self.hand, Answer()
        by_hand, late = hand.by_hand or none, hand.late or none
        request = model.Give(
            view.slot,
            view.who.encounter,
            self.wristband,
            hand.code,
            by_hand.reason,
            by_hand.text,
            late.reason,
            late.text,
            hand.second,
        )
        verb = "nursing.start-infusion" if view.infusion else "nursing.give"
        self._do(verb, request, _("Begun") if view.infusion else _("Given"))

    def _carry_out(self, view: RightsView) -> None:
        late = self.hand.late or Answer()
        request = model.CarryOut(view.slot, view.who.encounter, "", late.reason, late.text)
        self._do("nursing.carry-out", request, _("Carried out"))

    def _do(self, verb: str, request: object, said: str) -> None:
        self._page.ctx.tasks.do(self._page, verb, request, lambda c: self._done(c, said, verb), self._failed)

    def _done(self, changed: Changed, said: str, verb: str) -> None:
        page, view = self._page, self._page.panel.view
        name = view.who.name if view is not None else ""
        facts = tuple(r.id for r in changed.refs if r.type in ("MedicationAdministration", "Task"))
        undo = (lambda: self._undo(facts)) if verb != "nursing.end-infusion" else None
        text = _(
            "{what}: {name} · {distance}", what=said, name=name, distance=Journey(Travelled.WAITING).words()
        )
        page.ctx.notices.toast(text, undo)
        self.drop()
        page.refresh()

    def _undo(self, facts: tuple[str, ...]) -> None:
        request = model.Correct(facts, self._page.encounter, UNDONE)
        self._page.ctx.tasks.do(self._page, "nursing.correct", request, lambda _done: self._page.refresh())

    def _failed(self, error: Exception) -> None:
        if not self._page.asking.failed(error):
            self._page.panel.say(error)
        self._page.refresh()

    # What is not given

    def not_given(self) -> None:
        """Ask why the current dose is not given; of a running infusion why it ends early."""
        row, cell = self._page.chart.row(), self._page.chart.cell()
        if row is None or cell is None:
            return
        slot, about = cell.slot, f"{self._page.who_text()}\n{words.lines_shown((row.line,))}"
        running = any(fact.state == "in-progress" for fact in cell.facts)

        def answered(answer: Answer) -> None:
            if running:
                request: object = model.EndInfusion(
                    slot, self._page.encounter, "", answer.reason, answer.text
                )
                verb, said = "nursing.end-infusion", _("Ended early")
            else:
                request = model.NotGiven(slot, self._page.encounter, answer.reason, answer.text)
                verb, said = "nursing.not-given", _("Not given")
            self._do(verb, request, said)

        title = _("Why does it end early?") if running else _("Why is it not given?")
        self._page.asking.ask("end" if running else "not-given", title, about, _("Record"), answered)

    def late(self) -> None:
        """Choose the reason for a late dose before Enter."""
        view = self._page.panel.view
        if view is not None and view.ok and view.needs_late:
            self._why(view, "late", _("Why is it late?"))

    def correct(self) -> None:
        """Ask why what was recorded in the current cell is wrong."""
        row, cell = self._page.chart.row(), self._page.chart.cell()
        if row is None or cell is None or not cell.facts:
            return
        facts = self._page.facts_of(cell.slot)
        about = f"{self._page.who_text()}\n{words.lines_shown((row.line,))}"

        def answered(answer: Answer) -> None:
            request = model.Correct(facts, self._page.encounter, answer.reason, answer.text)
            self._do("nursing.correct", request, _("Marked as entered in error"))

        self._page.asking.ask("correct", _("What was wrong with the record?"), about, _("Record"), answered)


def may_give(role: str) -> bool:
    """Say whether a role may give drugs."""
    known = roles().get(role)
    return known is not None and Permission.ORDER_EXECUTE in known.permissions


def open_chart(page: Page, found: Scanned) -> None:
    """Open the chart of whoever wears a scanned wristband, locked to that patient."""
    who = found.who
    if who is None:
        return
    page.ctx.bedside.hold(found.encounter, found.code)
    patient = PatientContext(
        who.patient, who.name, found.encounter, opened_at=page.ctx.clock.now(), stay=True
    )
    page.ctx.opener.open_chart(patient, "administration")


def stray_notice(found: Scanned) -> Notice:
    """Say what a code is that nothing here waits for."""
    if found.kind is ScanKind.SPECIMEN:
        hint = _("Collect specimens on the page for specimens.")
        return Notice(_("This is a specimen tube: {code}", code=found.code), Level.INFO, hint)
    if found.kind is ScanKind.WRISTBAND and found.over:
        return Notice(_("This patient was discharged already."), Level.WARNING, _("Do not give anything."))
    if found.kind is ScanKind.WRISTBAND:
        return Notice(
            _("This desk does not know this wristband: {code}", code=found.code), Level.WARNING, _on_its_way()
        )
    if found.kind is ScanKind.LABEL:
        return Notice(
            _("This desk does not know this label: {code}", code=found.code), Level.WARNING, _on_its_way()
        )
    hint = _("Do not give it. Scan the label of the dose.")
    return Notice(_("Nobody knows this code: {code}", code=found.code), Level.WARNING, hint)


def _on_its_way() -> str:
    return _("It may still be on its way. Do not give anything before it shows here.")
