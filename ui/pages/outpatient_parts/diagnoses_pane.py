"""The diagnoses of this visit: F3, a few letters, Enter. The first is the main one; order and certainty by key."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from ui.context import PatientContext
from ui.notices import Choice as SheetChoice
from ui.page import Page
from ui.theme import theme
from ui.widgets.chips import Travelled as Distance
from ui.widgets.code_search import Choice, CodeLineEdit, Deliver
from ui.widgets.empty_state import EmptyState
from ui.widgets.table import Badge, Column, DenseTable, Run
from workstation.core.events import Changed
from workstation.core.i18n import _
from workstation.emr.model import (
    AddDiagnosis,
    AskFavourites,
    Certainty,
    RemoveDiagnosis,
    ReorderDiagnoses,
    SearchDiagnoses,
    SetCertainty,
)
from workstation.emr.rows import DiagnosisChoice, DiagnosisRow

OWN_WORDS: Final = "own-words"
REASONS: Final = ("Entered by mistake", "Ruled out", "Wrong patient")


class DiagnosisTable(DenseTable):
    """The list: Space changes certainty, Alt+Up and Alt+Down the order, Delete takes one back."""

    moved = Signal(object, int)
    removed = Signal(object)
    turned = Signal(object)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the keys of the list."""
        row = self.current()
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if row is not None and alt and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.moved.emit(row, -1 if event.key() == Qt.Key.Key_Up else 1)
        elif row is not None and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit(row)
        elif row is not None and event.key() == Qt.Key.Key_Space:
            self.turned.emit(row)
        else:
            super().keyPressEvent(event)


def row_runs(row: DiagnosisRow) -> Sequence[Run]:
    """Write a diagnosis: name strong, code beside it, what it is in words."""
    said = [_("main")] if row.rank == 1 else []
    said.append(_("confirmed") if row.certainty == "confirmed" else _("provisional"))
    code = f"  {row.code}" if row.code else ""
    return Run(row.text, bold=True), Run(f"{code}  {' · '.join(said)}", color="text2")


def row_badges(row: DiagnosisRow) -> Sequence[Badge]:
    """Give the chips of a diagnosis: to be reported by law, not sent, in conflict."""
    found = list(notifiable(row.notifiable))
    if row.travelled.state in (Distance.FAILED, Distance.CONFLICT):
        found.append(Badge("conflict", _("Conflict") if row.travelled.state == "conflict" else _("Not sent")))
    return found


def notifiable(kind: str) -> Sequence[Badge]:
    """Give the chip of a disease that must be reported (传染病防治法), by its class; class B may count as A."""
    words = {
        "A": _("notifiable, class A"),
        "B": _("notifiable, class B"),
        "B-as-A": _("notifiable, class B handled as A"),
        "C": _("notifiable, class C"),
    }
    return (Badge("warn", words.get(kind, _("notifiable"))),) if kind else ()


class DiagnosesPane(QWidget):
    """List and entry field. Writes at once; each change is a record of its own."""

    written = Signal()

    def __init__(self, page: Page, patient: PatientContext, writable: bool = True) -> None:
        super().__init__(page)
        self._page, self._patient = page, patient
        self._favourites: tuple[tuple[str, int], ...] = ()
        self.rows: tuple[DiagnosisRow, ...] = ()
        columns = [
            Column("rank", "No.", lambda r: str(r.rank), width=24, right=True),
            Column(
                "text",
                "Diagnosis",
                lambda r: r.text,
                clinical=True,
                stretch=True,
                runs=row_runs,
                badges=row_badges,
            ),
        ]
        self.table = DiagnosisTable(columns, lambda r: r.id, _("Diagnoses of this visit"))
        self.table.horizontalHeader().hide()
        self.table.setFrameShape(QFrame.Shape.NoFrame)
        if writable:
            self.table.moved.connect(self._move)
            self.table.removed.connect(self._ask_reason)
            self.table.turned.connect(self._turn)
        action = _("Add a diagnosis") if writable else ""
        self.empty = EmptyState(_("No diagnosis yet."), action=action, run=self.focus_entry, key="F3")
        self.entry = CodeLineEdit(_("Diagnosis"), self._search)
        self.entry.picked.connect(self._picked)
        if not writable:
            self.entry.hide()
        layout, t = QVBoxLayout(self), theme()
        layout.setContentsMargins(0, 0, 0, t.px(2))
        layout.setSpacing(t.px(2))
        layout.addWidget(self.table, 1)
        layout.addWidget(self.empty, 1)
        inset = QVBoxLayout()
        inset.setContentsMargins(t.px(8), 0, t.px(8), 0)
        inset.addWidget(self.entry)
        layout.addLayout(inset)
        self.set_rows(())

    def load(self) -> None:
        """Ask which diagnoses this doctor uses most."""
        self._page.ctx.tasks.ask(self._page, "emr.favourite-diagnoses", AskFavourites(), self._set_favourites)

    def _set_favourites(self, favourites: tuple[tuple[str, int], ...]) -> None:
        self._favourites = favourites

    def set_rows(self, rows: Sequence[DiagnosisRow]) -> None:
        """Show the diagnoses that stand."""
        self.rows = tuple(rows)
        self.table.set_rows(list(rows))
        self.table.setVisible(bool(rows))
        self.empty.setVisible(not rows)

    def focus_entry(self) -> None:
        """Put the focus into the entry field, or into the list where nothing may be entered."""
        if self.entry.isHidden():
            self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return
        self.entry.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.entry.selectAll()

    # Adding

    def _search(self, text: str, deliver: Deliver) -> None:
        wanted = text.rstrip("?？")
        request = SearchDiagnoses(wanted, favourites=self._favourites)
        self._page.ctx.tasks.ask(
            self._page,
            "emr.search-diagnoses",
            request,
            lambda found: deliver(self._choices(text, found), len(found)),
            latest="diagnoses",
        )

    def _choices(self, text: str, found: Sequence[DiagnosisChoice]) -> list[Choice]:
        choices = [
            Choice(
                c.code,
                c.name,
                right=c.code,
                badges=tuple(notifiable(c.notifiable)),
                data=(c, text.endswith(("?", "？"))),
            )
            for c in found[:8]
        ]
        bare = text.rstrip("?？").strip()
        if not bare.isascii() or not found:
            own = _("Record as text: {text}", text=bare)
            choices.append(Choice(OWN_WORDS, own, data=(bare, text.endswith(("?", "？")))))
        return choices

    def _picked(self, choice: Choice) -> None:
        data, doubtful = choice.data
        certainty: Certainty = "provisional" if doubtful else "confirmed"
        if choice.key == OWN_WORDS:
            request = AddDiagnosis(self._patient.id, self._patient.encounter, "", data, certainty)
        else:
            request = AddDiagnosis(
                self._patient.id, self._patient.encounter, data.code, data.name_zh, certainty
            )
        self.entry.clear()
        self._do("emr.add-diagnosis", request)

    # Changing

    def _turn(self, row: DiagnosisRow) -> None:
        certainty: Certainty = "provisional" if row.certainty == "confirmed" else "confirmed"
        self._do("emr.set-certainty", SetCertainty(self._patient.id, row.id, certainty))

    def _move(self, row: DiagnosisRow, step: int) -> None:
        order = [r.id for r in self.rows]
        at = order.index(row.id)
        if 0 <= at + step < len(order):
            order.insert(at + step, order.pop(at))
            request = ReorderDiagnoses(self._patient.id, self._patient.encounter, tuple(order))
            self._do("emr.reorder-diagnoses", request)

    def _ask_reason(self, row: DiagnosisRow) -> None:
        choices = [SheetChoice(_("Keep it"), lambda: None, "Esc")]
        choices += [SheetChoice(_(reason), partial(self._remove, row, _(reason))) for reason in REASONS]
        self._page.ctx.notices.stop(_("Take back: {text}", text=row.text), _("Why?"), tuple(choices))

    def _remove(self, row: DiagnosisRow, reason: str) -> None:
        request = RemoveDiagnosis(self._patient.id, self._patient.encounter, row.id, reason)
        self._do("emr.remove-diagnosis", request)

    def _do(self, name: str, request: object) -> None:
        self._page.ctx.tasks.do(self._page, name, request, self._done)

    def _done(self, _changed: Changed) -> None:
        self.written.emit()
