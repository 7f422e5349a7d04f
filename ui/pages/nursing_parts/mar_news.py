"""What changed on an administration chart while somebody looks at it: orders only, facts show by themselves."""

from __future__ import annotations

from datetime import datetime

from ui.pages.nursing_parts import words
from workstation.core.i18n import _
from workstation.nursing.rows import MarRow, MarView
from workstation.terminology.doses import plain


def changes(before: MarView, after: MarView, now: datetime) -> str:
    """Say which orders changed, in words; empty where none did."""
    if before.since != after.since:
        return ""
    old = {row.line.order: row for row in before.rows}
    new = {row.line.order: row for row in after.rows}
    stopped = [row for id_, row in new.items() if id_ in old and row.ends and not old[id_].ends]
    added = [row for id_, row in new.items() if id_ not in old]
    gone = [row for id_, row in old.items() if id_ not in new]
    other = [row for id_, row in new.items() if id_ in old and _differs(old[id_], row) and row not in stopped]
    said = [_replaced(row, added, now) for row in stopped]
    drugs = {row.line.name for row in stopped}
    said += [_("new: {line}", line=plain(row.line.display)) for row in added if row.line.name not in drugs]
    said += [_("taken back: {drug}", drug=row.line.name) for row in gone]
    said += [_("changed: {line}", line=plain(row.line.display)) for row in other]
    return _("Orders changed. {what}", what="; ".join(said)) if said else ""


def _replaced(row: MarRow, added: list[MarRow], now: datetime) -> str:
    """Name a stopped line, with the dose that takes its place where there is one."""
    what = next((a for a in added if a.line.name == row.line.name), None)
    when = " ".join(part for part in (row.stopped_by, words.clock(row.ends, now)) if part)
    if what is not None:
        return _(
            "{drug}: {old} → {new} ({who})",
            drug=row.line.name,
            old=plain(row.line.dose),
            new=plain(what.line.dose),
            who=when,
        )
    return _("stopped: {drug} ({who})", drug=row.line.name, who=when)


def _differs(old: MarRow, new: MarRow) -> bool:
    """Say whether an order itself is another: its words, its standing with the doctor, its skin test."""
    return (old.line.display, old.line.skin_test, old.ends, old.state == "returned") != (
        new.line.display,
        new.line.skin_test,
        new.ends,
        new.state == "returned",
    )
