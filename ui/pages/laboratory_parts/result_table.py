"""The right table of the results: tests × times, the newest left, the value before always beside the current one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ui.pages.laboratory_parts import words
from ui.theme import theme
from ui.widgets.table import Badge, Column, Run
from workstation.core.i18n import _
from workstation.laboratory.rows import CellRow, ResultRow, ResultsView
from workstation.terminology.doses import keep


@dataclass(frozen=True, slots=True)
class Line:
    """One test as it is shown: the value of the report in front (or the newest), the one before, the older ones."""

    row: ResultRow
    at: int
    times: tuple[str, ...]
    now: datetime

    @property
    def current(self) -> CellRow | None:
        """Give the value in front."""
        return self.row.cells[self.at] if self.at >= 0 else None

    @property
    def before(self) -> CellRow | None:
        """Give the value before it."""
        return next((cell for cell in self.row.cells[self.at + 1 :] if cell is not None), None)


def lines(view: ResultsView, report: str, now: datetime) -> list[Line]:
    """Give the tests of a report in its order, or all of them without one."""
    if not report:
        return [Line(row, _first(row), view.times, now) for row in view.rows]
    chosen = next((r for r in view.reports if r.id == report), None)
    by_key = {row.key: row for row in view.rows}
    found = []
    for key in chosen.keys if chosen is not None else ():
        row = by_key.get(key)
        if row is not None:
            at = next(
                (n for n, c in enumerate(row.cells) if c is not None and c.report == report), _first(row)
            )
            found.append(Line(row, at, view.times, now))
    return found


def _first(row: ResultRow) -> int:
    return next((n for n, cell in enumerate(row.cells) if cell is not None), -1)


def shown_times(view: ResultsView, rows: Sequence[Line], report: str, most: int) -> list[int]:
    """Give the columns of older values, the newest first, at most so many.

    For a report the times before its own; for all tests at once every time in which one of them has a value.
    """
    first = min((line.at for line in rows if line.at >= 0), default=-1) + 1 if report else 0
    used = [n for n in range(first, len(view.times)) if any(line.row.cells[n] is not None for line in rows)]
    return used[:most]


def parted(rows: Sequence[Line], times: Sequence[int]) -> bool:
    """Say whether the value before needs a column of its own."""
    return any(line.before is not (line.row.cells[times[0]] if times else None) for line in rows)


def columns(view: ResultsView, times: Sequence[int], rows: Sequence[Line], now: datetime) -> list[Column]:
    """Give the columns: test, value, range, then the older values.

    The value before stands in a column of its own unless that is the next one for every test.
    """
    found = [
        Column(
            "test",
            "Test",
            lambda x: x.row.name,
            width=140,
            clinical=True,
            stretch=True,
            runs=_name,
            find=_find,
        ),
        Column("value", "Result", _current, width=120, clinical=True, runs=_value, badges=_flags),
        Column("reference", "Reference", _reference, width=96, clinical=True, color="text2"),
    ]
    if parted(rows, times):
        found.append(
            Column(
                "before",
                "Previous",
                _before,
                width=96,
                clinical=True,
                runs=_before_runs,
                badges=_before_flags,
            )
        )
    return [*found, *(_time(view.times[n], n, now) for n in times)]


def _name(line: Line) -> Sequence[Run]:
    short = f"  {line.row.short}" if line.row.short else ""
    group = f"{line.row.group}: " if line.row.group else ""
    return Run(group, color="text2"), Run(line.row.name, bold=True), Run(short, color="text2")


def _find(line: Line) -> Sequence[str]:
    return line.row.name, line.row.short


def _current(line: Line) -> str:
    cell = line.current
    return "" if cell is None else words.value_text(cell.value, line.row.unit) or cell.note


def _value(line: Line) -> Sequence[Run]:
    cell = line.current
    if cell is None:
        return ()
    said = keep(words.value_text(cell.value, line.row.unit)) if len(cell.value) < 16 else cell.value
    note = f"\n{cell.note}" if cell.note and cell.value else cell.note
    return Run(said, bold=True), Run(note, color="text2")


def _flags(line: Line) -> Sequence[Badge]:
    return words.flag_badges(line.current)


def _reference(line: Line) -> str:
    return words.reference_text(line.row.reference, line.row.reference_by)


def _before(line: Line) -> str:
    cell = line.before
    return "" if cell is None else f"{cell.value} {words.day_text(cell.at, line.now)}"


def _before_runs(line: Line) -> Sequence[Run]:
    cell = line.before
    if cell is None:
        return (Run("—", color="text2"),)
    return Run(keep(cell.value)), Run(f"\n{keep(words.day_text(cell.at, line.now))}", color="text2")


def _before_flags(line: Line) -> Sequence[Badge]:
    return _short_flags(line.before)


def _short_flags(cell: CellRow | None) -> Sequence[Badge]:
    """Give the chip of an older value: arrow and word, without saying once more who judged it."""
    return (
        (Badge(words.flag_state(cell.flag), words.flag_text(cell.flag)),)
        if cell is not None and cell.flag
        else ()
    )


def _time(time: str, number: int, now: datetime) -> Column:
    day, clock = words.day_text(time[:10], now), time[11:16]
    title = f"{day} {clock}".strip()

    def text(line: Line) -> str:
        cell = line.row.cells[number]
        return cell.value if cell is not None else ""

    def flags(line: Line) -> Sequence[Badge]:
        return _short_flags(line.row.cells[number])

    return Column(f"t{number}", title, text, width=76, clinical=True, badges=flags)


def fitting(room: int, fixed: int, each: int) -> int:
    """Give how many columns of older values have room, one at least."""
    return max((room - theme().px(fixed)) // theme().px(each), 1)


def critical_words(line: Line) -> str:
    """Say a critical value with its range, for the sheet that asks what was done."""
    cell = line.current
    value = words.value_text(cell.value, line.row.unit) if cell is not None else ""
    return f"{line.row.name} {value} ({_reference(line)})"


def sentence(line: Line) -> str:
    """Read a test aloud: value, flag, range, and the value before."""
    cell = line.current
    parts = [line.row.name, _current(line)]
    parts += [badge.text for badge in words.flag_badges(cell)]
    parts.append(_("reference {range}", range=_reference(line)))
    if line.before is not None:
        parts.append(_("before {value}", value=_before(line)))
    return ", ".join(part for part in parts if part)
