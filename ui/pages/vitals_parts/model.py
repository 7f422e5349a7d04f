"""The rows of a round with what is typed into them; nothing typed is ever lost to news from elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from ui.pages.vitals_parts import columns
from ui.pages.vitals_parts.columns import COLUMNS, COOLING, SignColumn, Typed
from workstation.core.errors import Invalid
from workstation.core.i18n import _
from workstation.rules.early_warning import EarlyWarning, Readings, score
from workstation.terminology.ward_signs import EarlyWarningTable
from workstation.vitals.model import Missed, RecordRound, RoundRow

Index = QModelIndex | QPersistentModelIndex
ROOT: Final = QModelIndex()
Role = Qt.ItemDataRole
BED, NAME = 0, 1
FIRST: Final = 2
SCORE: Final = FIRST + len(COLUMNS)
STATE: Final = SCORE + 1
COLUMN_COUNT: Final = STATE + 1
SCORED: Final = ("respiration", "spo2", "oxygen", "systolic", "pulse", "temperature")


@dataclass
class Draft:
    """What is typed for one patient: text and meaning by column, what was typed twice, and what is not measured."""

    texts: dict[str, str] = field(default_factory=dict)
    typed: dict[str, Typed] = field(default_factory=dict)
    confirmed: set[str] = field(default_factory=set)
    held: dict[str, Typed] = field(default_factory=dict)
    missed: dict[str, str] = field(default_factory=dict)
    trouble: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing is typed."""
        return not self.texts and not self.missed


class RoundModel(QAbstractTableModel):
    """Bed, name, the signs, the score and how far the row has come."""

    edited = Signal()

    def __init__(self, table: Callable[[], EarlyWarningTable], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._table = table
        self._rows: list[RoundRow] = []
        self.drafts: dict[str, Draft] = {}
        self.going: dict[str, Draft] = {}
        self.state_of: Callable[[RoundRow], tuple[str, str]] = lambda _row: ("", "")
        self.reason_name: Callable[[str], str] = lambda code: code

    # Rows

    def set_rows(self, rows: Sequence[RoundRow]) -> None:
        """Show rows; what is typed stays with its patient."""
        same = [r.patient for r in rows] == [r.patient for r in self._rows]
        if same and rows:
            self._rows = list(rows)
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, COLUMN_COUNT - 1))
            return
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def rows(self) -> list[RoundRow]:
        """Give the rows."""
        return list(self._rows)

    def row_at(self, number: int) -> RoundRow | None:
        """Give a row, or None."""
        return self._rows[number] if 0 <= number < len(self._rows) else None

    def number_of(self, patient: str) -> int:
        """Give the number of a patient's row, or -1."""
        return next((n for n, row in enumerate(self._rows) if row.patient == patient), -1)

    def rowCount(self, parent: Index = ROOT) -> int:
        """Give the number of patients."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = ROOT) -> int:
        """Give the number of columns."""
        return 0 if parent.isValid() else COLUMN_COUNT

    # What is typed

    def draft(self, patient: str) -> Draft:
        """Give what is typed for a patient."""
        return self.drafts.setdefault(patient, Draft())

    def meant(self, patient: str) -> Draft:
        """Give what a row shows: what is typed, else what is on its way or recorded and not asked for again yet."""
        draft = self.drafts.get(patient)
        return draft if draft is not None and not draft.empty else self.going.get(patient, draft or Draft())

    def typed_rows(self) -> list[RoundRow]:
        """Give the rows with something typed that is not on its way yet."""
        return [r for r in self._rows if (d := self.drafts.get(r.patient)) is not None and not d.empty]

    def enter(self, number: int, column: SignColumn, text: str, today: date) -> None:
        """Take a cell's text. Raises Invalid, also once for an unusual value; the same value again is taken."""
        row = self._rows[number]
        draft = self.draft(row.patient)
        if not text.strip():
            self.clear(number, column)
            return
        typed = column.read(text, row)
        again = draft.held.pop(column.id, None) == typed
        confirmed = draft.confirmed | (set(typed.numbers) | {"urine"} if again else set())
        try:
            columns.check(typed, row, today, frozenset(confirmed))
        except Invalid:
            draft.held[column.id] = typed
            raise
        draft.confirmed = confirmed
        draft.texts[column.id], draft.typed[column.id] = text, typed
        for name in column.fields:
            draft.missed.pop(name, None)
        draft.trouble = ""
        self._tell(number)

    def clear(self, number: int, column: SignColumn) -> None:
        """Empty a cell."""
        draft = self.draft(self._rows[number].patient)
        draft.texts.pop(column.id, None)
        draft.typed.pop(column.id, None)
        for name in column.fields:
            draft.missed.pop(name, None)
            draft.confirmed.discard(name)
        self._tell(number)

    def miss(self, number: int, fields: Sequence[str], reason: str) -> None:
        """Note that signs were not taken, and why."""
        draft = self.draft(self._rows[number].patient)
        for name in fields:
            column = columns.COLUMN_OF[name]
            draft.texts.pop(column, None)
            draft.typed.pop(column, None)
            draft.missed[name] = reason
        self._tell(number)

    def retype(self, number: int, kept: Mapping[str, Any], today: date) -> list[str]:
        """Type again what was kept as a draft; gives what could not be taken any more, and why."""
        refused: list[str] = []
        self.draft(self._rows[number].patient).confirmed |= set(kept.get("confirmed", ()))
        for column, text in kept.get("texts", {}).items():
            try:
                self.enter(number, columns.BY_ID[column], str(text), today)
            except Invalid as error:
                refused.append(f"{error.message} {error.hint}".strip())
        for name, reason in kept.get("missed", {}).items():
            self.miss(number, (name,), str(reason))
        return refused

    def _tell(self, number: int) -> None:
        self.dataChanged.emit(self.index(number, 0), self.index(number, COLUMN_COUNT - 1))
        self.edited.emit()

    def refresh(self, patient: str) -> None:
        """Paint a patient's row anew."""
        number = self.number_of(patient)
        if number >= 0:
            self.dataChanged.emit(self.index(number, 0), self.index(number, COLUMN_COUNT - 1))

    # What is asked of the desk

    def request(self, row: RoundRow, at: str) -> RecordRound | None:
        """Give what records a row; None where only a temperature after cooling is typed."""
        draft = self.draft(row.patient)
        values: dict[str, Any] = {}
        for typed in draft.typed.values():
            values |= {k: v for k, v in typed.values.items() if k != COOLING and not k.startswith("_")}
        missed = tuple(Missed(sign, reason) for sign, reason in draft.missed.items())
        if not values and not missed:
            return None
        confirmed = tuple(sorted(draft.confirmed))
        return RecordRound(row.patient, row.encounter, at, missed=missed, confirmed=confirmed, **values)

    def cooling(self, row: RoundRow) -> Decimal | None:
        """Give the temperature after cooling that is typed, or None."""
        typed = self.draft(row.patient).typed.get("temperature")
        value = typed.values.get(COOLING) if typed is not None else None
        return value if isinstance(value, Decimal) else None

    # What a cell says

    def column(self, number: int) -> SignColumn | None:
        """Give the sign of a column, or None for the others."""
        return COLUMNS[number - FIRST] if FIRST <= number < SCORE else None

    def shown(self, row: RoundRow, column: SignColumn) -> str:
        """Give what is typed into a cell, as it is understood; a reason where it was not taken."""
        draft = self.meant(row.patient)
        if column.id in draft.typed:
            return draft.typed[column.id].shown
        missed = draft.missed.get(column.field, "")
        return self.reason_name(missed) if missed else ""

    def before(self, row: RoundRow, column: SignColumn) -> str:
        """Give the last value of a cell's sign."""
        found = row.last(column.field)
        text = found.text if found is not None else ""
        heart = row.last("heart_rate") if column.id == "pulse" else None
        return (
            f"{text}/{heart.text}"
            if heart is not None and found is not None and heart.at == found.at
            else text
        )

    def early_warning(self, row: RoundRow) -> EarlyWarning | None:
        """Score what is typed and what was taken in this column; None where there is nothing or it does not apply."""
        if not row.early_warning:
            return None
        typed: Mapping[str, Any] = {}
        for each in self.meant(row.patient).typed.values():
            typed = {**typed, **each.values}
        given = {name: self._reading(row, name, typed) for name in SCORED}
        mind = str(typed.get("consciousness", "")) or self._taken(row, "consciousness")
        readings = Readings(**given, consciousness=mind)
        return None if readings.empty else score(readings, self._table())

    def _reading(self, row: RoundRow, name: str, typed: Mapping[str, Any]) -> Decimal | None:
        value = typed.get(name)
        if name == "pulse" and value is None:
            value = typed.get("heart_rate")
        if isinstance(value, Decimal):
            return value
        text = self._taken(row, name).split("/")[0]
        return Decimal(text) if text.replace(".", "", 1).isdigit() else None

    def _taken(self, row: RoundRow, name: str) -> str:
        found = row.last(name) if name in row.taken else None
        return found.text if found is not None else ""

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """Give a cell's text, and the row as one spoken sentence."""
        row = self.row_at(index.row())
        if row is None:
            return None
        if role in (Role.DisplayRole, Role.ToolTipRole):
            return self.text(row, index.column())
        if role == Role.AccessibleTextRole:
            return self.sentence(row, index.column())
        return None

    def text(self, row: RoundRow, number: int) -> str:
        """Give what a cell says: what is typed, else the last value."""
        column = self.column(number)
        if column is not None:
            return self.shown(row, column) or self.before(row, column)
        if number == SCORE:
            found = self.early_warning(row)
            return score_text(found) if found is not None else ""
        return {BED: row.bed, NAME: row.name, STATE: self.state_of(row)[1]}[number]

    def sentence(self, row: RoundRow, number: int) -> str:
        """Read a cell aloud with whose it is, what is typed, what it was before, and whether it is due."""
        column = self.column(number)
        parts = [_("Bed {bed}", bed=row.bed), row.name]
        if column is None:
            return ", ".join(part for part in (*parts, self.text(row, number)) if part)
        parts.append(_(column.name))
        parts.append(self.shown(row, column) or _("empty"))
        before = self.before(row, column)
        if before:
            parts.append(_("last {value}", value=before))
        if column.field in row.due:
            parts.append(_("due"))
        return ", ".join(parts)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        """Give a column's title."""
        if orientation != Qt.Orientation.Horizontal or role != Role.DisplayRole:
            return None
        column = self.column(section)
        if column is not None:
            return _(column.title)
        return {BED: _("Bed"), NAME: _("Name"), SCORE: "NEWS2", STATE: _("State")}[section]


def score_text(found: EarlyWarning) -> str:
    """Write a score; one with signs missing is at least that much."""
    return str(found.total) if found.complete else f"≥{found.total}"
