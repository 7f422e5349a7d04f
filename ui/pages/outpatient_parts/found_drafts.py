"""What becomes of a draft that was found: shown as recovered where nothing stands in its way, else offered.

A found draft is never put over what is on the screen, and it is kept until somebody decides about it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from ui.notices import Choice
from ui.pages.outpatient_parts.draft_diff import DraftDiff
from workstation.core.days import written_date
from workstation.core.drafts import Draft
from workstation.core.events import Level, Notice
from workstation.core.i18n import _
from workstation.emr.rows import NoteRow

if TYPE_CHECKING:
    from ui.pages.outpatient import OutpatientPage


class FoundDrafts:
    """Decides with the doctor about drafts of one page. `waiting` is the one that was not decided about yet."""

    def __init__(self, page: OutpatientPage) -> None:
        self._page = page
        self.waiting: Draft | None = None

    def found(self, draft: Draft, restore: Callable[[], None]) -> None:
        """Take a draft that was kept: put it into an empty note with `restore`, or offer it."""
        page = self._page
        if page.note.signed is not None and not draft.body.get("addendum"):
            self._offer(draft, _("The note of this visit is signed. A draft of {time} was kept."))
        elif page.note.has_typing() or page.vitals.has_typing():
            self._offer(draft, _("A draft of {time} was found. It was not put over your text."))
        else:
            restore()
            undecided = draft.body.get("undecided")
            if undecided:
                older = Draft(draft.key, undecided, draft.saved_at, recovered=True)
                self._offer(older, _("A draft of {time} was found. It was not put over your text."))
            elif draft.recovered:
                self._announce(draft)

    def signed_elsewhere(self, note: NoteRow) -> None:
        """Keep what is typed while somebody else's signed note takes its place."""
        self.waiting = self._page.typed()
        text = _("The note of this visit was signed by {who}. Your text is kept as a draft.", who=note.author)
        self._show("signed-elsewhere", text, self._compare, self.let_go)

    def _announce(self, draft: Draft) -> None:
        text = _("Recovered after an interruption: the text as of {time}.", time=self._time_of(draft))
        choices = (
            Choice(_("Good"), partial(self._page.banners.remove, "recovered")),
            Choice(_("Start empty"), partial(self._start_empty, draft)),
        )
        self._page.banners.show_notice("recovered", Notice(text, Level.INFO), choices)

    def _time_of(self, draft: Draft) -> str:
        now = self._page.ctx.clock.now()
        at = draft.saved_at.astimezone(now.tzinfo)
        return f"{at:%H:%M:%S}" if at.date() == now.date() else f"{written_date(at.date())} {at:%H:%M:%S}"

    def _offer(self, draft: Draft, text: str) -> None:
        self.waiting = draft
        self._show("recovered", text.format(time=self._time_of(draft)), self._compare, self.let_go)

    def _show(
        self, name: str, text: str, compare: Callable[[], object], let_go: Callable[[], object]
    ) -> None:
        choices = (Choice(_("Compare"), compare), Choice(_("Let it go"), let_go))
        self._page.banners.show_notice(name, Notice(text, Level.WARNING), choices)

    def _compare(self) -> None:
        draft, page = self.waiting, self._page
        if draft is None:
            return
        screen, use = page.note.editor.texts(), partial(self._use, draft)
        if page.note.signed is not None:
            screen, use = {row.code: row.text for row in page.note.signed.sections}, partial(self._add, draft)
        title = _("What is on the screen, and the draft of {time}", time=self._time_of(draft))
        DraftDiff(page.board, title, screen, sections_of(draft), use, lambda: None).open()

    def _use(self, draft: Draft) -> None:
        """Put the draft in place; what stood there can be taken back."""
        before = self._page.typed()
        self._decided()
        self._page.restore_draft(draft)
        self._page.touched()
        if before is not None:
            undo = partial(self._page.put_back, before)
            self._page.ctx.notices.toast(_("Recovered text put in place"), undo=undo)

    def _add(self, draft: Draft) -> None:
        """Put what is new in the draft into an addendum of the signed note."""
        signed = (
            {row.code: row.text.strip() for row in self._page.note.signed.sections}
            if (self._page.note.signed)
            else {}
        )
        new = [t for code, t in sections_of(draft).items() if t.strip() and t.strip() != signed.get(code, "")]
        self._page.note.view.start_addendum()
        self._page.note.view.addendum.setPlainText("\n".join(new))
        self._decided()

    def let_go(self) -> None:
        """Throw the waiting draft away; it can be taken back for a while."""
        draft = self.waiting
        self._decided()
        if self._page.note.signed is not None and not self._page.note.has_typing():
            self._page.committed()
        elif self._page.dirty:
            self._page.touched()
        if draft is not None:
            self._page.ctx.notices.toast(_("Draft let go"), undo=partial(self._again, draft))

    def _again(self, draft: Draft) -> None:
        self._offer(draft, _("A draft of {time} was found. It was not put over your text."))
        self._page.touched()

    def _start_empty(self, draft: Draft) -> None:
        self._decided()
        self._page.clear()
        self._page.ctx.notices.toast(_("Recovered text let go"), undo=partial(self._page.put_back, draft))

    def _decided(self) -> None:
        self.waiting = None
        for name in ("recovered", "signed-elsewhere"):
            self._page.banners.remove(name)


def sections_of(draft: Draft) -> dict[str, str]:
    """Give the sections of a kept draft."""
    note = dict(draft.body.get("note", {}))
    return {str(code): str(text) for code, text in dict(note.get("sections", {})).items()}
