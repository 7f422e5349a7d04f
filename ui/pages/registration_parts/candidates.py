"""Who the person in the form may be already, and the registrar's answers. Merging is never offered here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from ui.pages.registration_parts.fields import birth_text
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.empty_state import EmptyState
from ui.widgets.labels import label
from ui.widgets.table_model import Badge, Column, Run
from ui.widgets.table_pane import TablePane
from workstation.chart.people import age_text
from workstation.core.i18n import _
from workstation.registration.model import Answer, Candidate, CandidateList, Reason
from workstation.registration.wording import reason_text, sex_text
from workstation.terminology.doses import keep

MARKED = frozenset({Reason.BIRTH_SWAPPED, Reason.BIRTH_NEAR})


class CandidatePane(QWidget):
    """The list with its answers. `used` gives the id of a record to work with, `answered_one` follows each answer."""

    used = Signal(str)
    answered_one = Signal()
    left = Signal()

    def __init__(
        self, now: Callable[[], datetime], different_key: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._now = now
        self.answers: dict[str, Answer] = {}
        self._found = CandidateList()
        self._title = label("", "section", bold=True)
        self._nobody = EmptyState("")
        self.pane = TablePane(self._columns(), lambda c: c.id, _("May be the same person"), self._nobody)
        self.pane.table.opened.connect(lambda candidate: self.used.emit(candidate.id))
        self.pane.table.picked.connect(lambda _row: self._follow())
        self.use = button(_("Use this record"), self._use, key="Enter")
        self.different = button(_("Not the same person"), self.mark_different, key=different_key)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(theme().px(6))
        rows.addWidget(self._title)
        rows.addWidget(self.pane, 1)
        self._keys = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._keys.addWidget(self.use)
        self._keys.addWidget(self.different)
        rows.addLayout(self._keys)
        self.clear()

    def _columns(self) -> list[Column]:
        return [
            Column("score", "Score", lambda c: str(c.score), width=52, right=True, whole=True, bold=True),
            Column(
                "who",
                "Patient",
                lambda c: f"{c.name} {self._line(c)} {_reasons(c)}",
                width=160,
                clinical=True,
                stretch=True,
                runs=self._runs,
                badges=self._badges,
                find=lambda c: (c.name,),
            ),
        ]

    def _runs(self, candidate: Candidate) -> tuple[Run, ...]:
        differs = bool(MARKED & set(candidate.reasons))
        return (
            Run(candidate.name, bold=True),
            Run(f"  {keep(sex_text(candidate.sex))} "),
            Run(keep(birth_text(candidate.birth)), bold=differs, underline=differs),
            Run(f" {keep(self._age(candidate))}\n", color="text2"),
            Run(f"{candidate.number}\n", color="text2"),
            Run(_reasons(candidate), color="text2"),
        )

    def _age(self, candidate: Candidate) -> str:
        return age_text(candidate.birth, self._now().date())

    def _line(self, candidate: Candidate) -> str:
        return f"{sex_text(candidate.sex)} {birth_text(candidate.birth)} {self._age(candidate)}"

    def _badges(self, candidate: Candidate) -> tuple[Badge, ...]:
        if self.answers.get(candidate.id) is Answer.DIFFERENT:
            return (Badge("done", _("Not the same")),)
        return (Badge("caution", _("To answer")),) if candidate.must_answer else ()

    def set_narrow(self, narrow: bool) -> None:
        """Put the buttons below each other where there is no room beside."""
        down, along = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._keys.setDirection(down if narrow else along)

    # Content

    def show_found(self, found: CandidateList) -> None:
        """Show who was found; answers given before stay."""
        self._found = found
        total = found.total
        title = _("May be the same person")
        self._title.setText(f"{title} {total}" if total else title)
        self._nobody.set_text(_("Nobody like this is registered on this PC."))
        self.pane.set_rows(found.rows)
        self._follow()

    def clear(self) -> None:
        """Forget everything: another person is being registered."""
        self.answers.clear()
        self.show_found(CandidateList())
        self._nobody.set_text(_("Similar records appear here while you type."))

    def unanswered(self) -> int:
        """Count who must still be answered."""
        return sum(1 for c in self._found.rows if c.must_answer and c.id not in self.answers)

    def current(self) -> Candidate | None:
        """Give the candidate in focus."""
        row = self.pane.table.current()
        return row if isinstance(row, Candidate) else None

    def in_hand(self) -> bool:
        """Say whether the list has the focus, so that a letter is an answer."""
        return self.pane.table.hasFocus() and self.current() is not None

    def _follow(self) -> None:
        row = self.current()
        self.use.setEnabled(row is not None)
        self.different.setEnabled(row is not None)

    # Answers

    def take_focus(self) -> bool:
        """Go to the first candidate that needs an answer; says whether there is any."""
        if not self._found.rows:
            return False
        self._next()
        self.pane.table.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return True

    def _next(self) -> bool:
        open_ = [c for c in self._found.rows if c.must_answer and c.id not in self.answers]
        self.pane.table.select(open_[0].id if open_ else self._found.rows[0].id)
        return bool(open_)

    def _use(self) -> None:
        row = self.current()
        if row is not None:
            self.used.emit(row.id)

    def mark_different(self) -> None:
        """Answer that the candidate in focus is somebody else, and go on to the next; again takes it back."""
        row = self.current()
        if row is None:
            return
        if self.answers.pop(row.id, None) is None:
            self.answers[row.id] = Answer.DIFFERENT
        self.pane.set_rows(self._found.rows)
        self.answered_one.emit()
        if not self._next():
            self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes back to the form."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            event.accept()
        else:
            super().keyPressEvent(event)


def _reasons(candidate: Candidate) -> str:
    return " · ".join(reason_text(reason) for reason in candidate.reasons)
