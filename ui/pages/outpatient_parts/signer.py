"""What F12 does in a consultation: note and prescription together, or an addendum, after review sheet and PIN.

The prescription is signed first, because its checks can still refuse; each is a unit of its own, so that what was
signed stays signed when the other one is refused. What a pharmacy needs is printed at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.guard import IdentityCheck, identity_reasons
from ui.pages.outpatient_parts import sign_check
from ui.pages.outpatient_parts.keys import DIAGNOSES, NOTE, PRESCRIPTION
from ui.sign_flow import Act, SignFlow
from ui.widgets.banner import BannerData
from ui.widgets.bottom_bar import Blocker
from workstation.core.events import Changed, Level, Notice
from workstation.core.i18n import _
from workstation.emr.model import AddAddendum
from workstation.prescribing.rows import Sheet, SheetsOf
from workstation.security.permissions import Permission

if TYPE_CHECKING:
    from ui.pages.outpatient import OutpatientPage

SIGN_LINES = "prescribing.sign"
SIGN_NOTE = "emr.sign-note"
ADDENDUM = "emr.add-addendum"


class Signer:
    """Knows what is ready to be signed on one page."""

    def __init__(self, page: OutpatientPage) -> None:
        self._page = page
        self.flow = SignFlow(page)
        self.flow.signed.connect(self._signed)
        self.flow.refused.connect(self._refused)

    # What stands in the way

    def blockers(self) -> list[Blocker]:
        """Give what stands in the way of F12, the first thing first."""
        page = self._page
        if not page.may(Permission.NOTE_SIGN):
            return [Blocker(_("Reading only: signing is for doctors."), NOTE, quiet=True)]
        if not page.about.encounter:
            return [Blocker(_("This chart was opened without a visit."), NOTE)]
        found = [] if page.note.signed is not None else self._note_blockers()
        if page.rx is not None:
            found += [Blocker(text, PRESCRIPTION) for text in page.rx.blockers()]
        if page.note.signed is not None and not (page.note.view.is_writing() or self._lines()):
            found.append(Blocker(_("The note is signed. Nothing new is written."), NOTE, quiet=True))
        return found

    def _note_blockers(self) -> list[Blocker]:
        page = self._page
        found = list(sign_check.note_blockers(page.note, page.diagnoses.rows))
        if page.vitals.has_typing():
            found.append(Blocker(_("Vital signs are typed but not recorded."), DIAGNOSES))
        return found

    def _lines(self) -> int:
        return self._page.rx.draft_lines_count() if self._page.rx is not None else 0

    def words(self) -> str:
        """Say what F12 would sign, and for whom."""
        page, name = self._page, self._page.about.name
        if page.note.signed is None:
            if self._lines():
                return _("Sign the note and prescription of {name}", name=name)
            return _("Sign the note of {name}", name=name)
        if self._lines():
            return _("Sign the prescription of {name}", name=name)
        return _("Sign the addendum for {name}", name=name)

    # Signing

    def sign(self) -> None:
        """Go to the first thing that stands in the way, or ask what is left and show the review sheet."""
        page, blockers = self._page, self.blockers()
        if blockers:
            self._go_to(blockers[0])
        elif page.note.view.is_writing() and not self._lines():
            request = page.note.view.request()
            if request is not None:
                self.sign_addendum(request)
        elif page.rx is None or not self._lines() or page.rx.ready(self.sign):
            self._review()

    def _go_to(self, blocker: Blocker) -> None:
        page = self._page
        page.go(blocker.region)
        if blocker.section:
            page.note.editor.focus_section(blocker.section)
        elif blocker.region == DIAGNOSES and page.vitals.has_typing() and page.diagnoses.rows:
            page.vitals.focus_field()

    def _review(self) -> None:
        page, about = self._page, self._page.about
        acts: list[Act] = []
        lines: list[str] = []
        if page.rx is not None and self._lines():
            acts.append(Act(SIGN_LINES, page.rx.sign_request()))
            lines += page.rx.review_lines()
        stale: list[str] = []
        if page.note.signed is None:
            acts.append(Act(SIGN_NOTE, sign_check.note_request(page.note, about.id, about.encounter)))
            lines += sign_check.note_lines(page.note, page.diagnoses.rows)
            stale = page.note.editor.check_stale()
        warning = _("Changed since it was written: {names}", names=", ".join(stale)) if stale else ""
        title = _("Review before signing: {name}", name=about.name)
        identity = self._identity()
        self.flow.open(page, title, lines, self.words(), acts, warning=warning, identity=identity)

    def _identity(self) -> IdentityCheck | None:
        """Ask who the patient is where a mix-up is likely: just opened, from a notice, or a high-alert drug."""
        page, now = self._page, self._page.ctx.clock.now()
        person = page.record.person if page.record is not None else None
        reasons = identity_reasons(page.about, 1, False, self._high_alert(), now)
        if not reasons or person is None:
            return None
        data = BannerData(person.id, person.name, person.sex, person.birth, person.age, person.number)
        return IdentityCheck(data, reasons)

    def _high_alert(self) -> bool:
        page = self._page
        if page.rx is None:
            return False
        drugs = page.ctx.desk.knowledge.drugs
        found = [drugs.get(line.drug) for line in page.rx.model.lines if line.drug in drugs]
        return any(drug.high_alert or drug.controlled for drug in found)

    def sign_addendum(self, request: AddAddendum) -> None:
        """Show the review sheet of an addendum."""
        name = self._page.about.name
        lines = [line for line in (request.original, request.text, request.reason) if line]
        title = _("Review before signing: {name}", name=name)
        words = _("Sign the addendum for {name}", name=name)
        self.flow.open(self._page, title, lines, words, [Act(ADDENDUM, request)])

    # Afterwards

    def _signed(self, done: dict[str, Changed]) -> None:
        page = self._page
        if ADDENDUM in done:
            page.note.view.stop_addendum()
        if SIGN_NOTE in done:
            page.note.editor.load({})
        if page.rx is not None and SIGN_LINES in done:
            page.rx.signed()
            self._print(done[SIGN_LINES])
        if not page.unsigned():
            page.committed()
            page.kept.setText("")
        page.refresh()

    def _print(self, changed: Changed) -> None:
        """Print the sheets that were just signed."""
        page, ids = self._page, {ref.id for ref in changed.refs}

        def found(sheets: tuple[Sheet, ...]) -> None:
            new = [sheet.number for sheet in sheets if any(line.id in ids for line in sheet.lines)]
            page.ctx.papers.print_signed(*new)

        request = SheetsOf(page.about.id, page.about.encounter)
        page.ctx.tasks.ask(page, "prescribing.sheets", request, found, latest="just-signed")

    def _refused(self, verb: str, error: Exception) -> None:
        page = self._page
        if verb == SIGN_LINES and page.rx is not None:
            page.rx.refused(error)
        else:
            page.fail(error)
        if verb == SIGN_NOTE and SIGN_LINES in self.flow.done:
            notice = Notice(_("The prescription is signed; the note is not."), Level.WARNING)
            page.ctx.notices.show(notice, page, "half-signed")
        page.refresh()
