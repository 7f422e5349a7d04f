"""What F12 does in a consultation: note and prescription together, or an addendum, after review sheet and PIN."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.pages.outpatient_parts import sign_check
from ui.pages.outpatient_parts.keys import DIAGNOSES, NOTE
from ui.pages.outpatient_parts.signing import Act, Blocker, SignFlow
from workstation.core.i18n import _
from workstation.emr.model import AddAddendum

if TYPE_CHECKING:
    from ui.pages.outpatient import OutpatientPage


class Signer:
    """Knows what is ready to be signed on one page."""

    def __init__(self, page: OutpatientPage) -> None:
        self._page = page
        self.flow = SignFlow(page)
        self.flow.signed.connect(self._signed)
        self.flow.refused.connect(self._refused)

    def blockers(self) -> list[Blocker]:
        """Give what stands in the way of F12, the first thing first."""
        page = self._page
        if not page.about.encounter:
            return [Blocker(_("This chart was opened without a visit."), NOTE)]
        if page.note.signed is not None:
            writing = page.note.view.is_writing()
            return [] if writing else [Blocker(_("The note is signed. Nothing new is written."), NOTE)]
        found = list(sign_check.note_blockers(page.note, page.diagnoses.rows))
        if page.vitals.has_typing():
            found.append(Blocker(_("Vital signs are typed but not recorded."), DIAGNOSES))
        return found

    def words(self) -> str:
        """Say what F12 would sign, and for whom."""
        name = self._page.about.name
        if self._page.note.signed is not None:
            return _("Sign the addendum for {name}", name=name)
        return _("Sign the note of {name}", name=name)

    def sign(self) -> None:
        """Go to the first thing that stands in the way, or show the review sheet."""
        page, blockers = self._page, self.blockers()
        if blockers:
            self._go_to(blockers[0])
            return
        if page.note.signed is not None:
            request = page.note.view.request()
            if request is not None:
                self.sign_addendum(request)
            return
        about = page.about
        acts = [Act("emr.sign-note", sign_check.note_request(page.note, about.id, about.encounter))]
        lines = sign_check.note_lines(page.note, page.diagnoses.rows)
        stale = page.note.editor.check_stale()
        warning = _("Changed since it was written: {names}", names=", ".join(stale)) if stale else ""
        title = _("Review before signing: {name}", name=about.name)
        self.flow.open(page.board, title, lines, self.words(), acts, warning=warning)

    def _go_to(self, blocker: Blocker) -> None:
        page = self._page
        page.go(blocker.region)
        if blocker.section:
            page.note.editor.focus_section(blocker.section)
        elif blocker.region == DIAGNOSES and page.vitals.has_typing() and page.diagnoses.rows:
            page.vitals.focus_first()

    def sign_addendum(self, request: AddAddendum) -> None:
        """Show the review sheet of an addendum."""
        name = self._page.about.name
        lines = [line for line in (request.original, request.text, request.reason) if line]
        title = _("Review before signing: {name}", name=name)
        words = _("Sign the addendum for {name}", name=name)
        self.flow.open(self._page.board, title, lines, words, [Act("emr.add-addendum", request)])

    def _signed(self, verbs: list[str]) -> None:
        page = self._page
        if "emr.add-addendum" in verbs:
            page.note.view.stop_addendum()
        if "emr.sign-note" in verbs:
            page.note.editor.load({})
        page.committed()
        page.kept.setText("")
        page.refresh()

    def _refused(self, _verb: str, error: Exception) -> None:
        self._page.fail(error)
        self._page.refresh()
