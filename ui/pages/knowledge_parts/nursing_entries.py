"""How a ward carries orders out, on the knowledge page: time windows, labels, batches, reasons; all to be confirmed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from ui.pages.knowledge_parts.facts import Fact
from ui.widgets.table_model import Badge
from workstation.core.i18n import _, n_
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.nursing import Nursing

Row = tuple[str, str, Badge | None, tuple[Fact, ...], tuple[str, ...]]


def nursing(knowledge: Knowledge) -> list[Row]:
    """Give the windows, the labels, the batches, then every reason by what it is for."""
    found = knowledge.nursing
    return [_windows(found), _labels(found, knowledge), *_batches(found), *_reasons(found)]


def _windows(found: Nursing) -> Row:
    windows = found.windows
    facts = (
        Fact(_("Overdue after"), _span(windows.overdue_after)),
        Fact(_("Now, ahead"), _span(windows.now_ahead)),
        Fact(_("Later, ahead"), _span(windows.later)),
        Fact(_("On the list for"), _span(windows.back)),
        Fact(_("May be given early by"), _span(windows.early)),
        Fact(_("Needs a reason after"), _span(windows.late_after)),
        _sure(),
    )
    return ("windows", _("Time windows"), None, facts, ("windows", _("Time windows")))


def _labels(found: Nursing, knowledge: Knowledge) -> Row:
    routes = ", ".join(knowledge.routes.get(code).display() for code in sorted(found.label_routes))
    light = [drug.name for drug in knowledge.drugs if found.from_light(drug)]
    facts = (
        Fact(_("Routes with a label"), routes),
        Fact(_("Drops in 1 mL"), str(found.drop_factor)),
        Fact(_("Printed ahead for"), _span(found.label_ahead)),
        Fact(_("Kept from light"), ", ".join(light)),
        _sure(),
    )
    return ("labels", _("Infusion labels"), None, facts, ("labels", _("Infusion labels")))


def _batches(found: Nursing) -> list[Row]:
    return [
        (
            f"batch-{batch.code}",
            batch.name_here,
            Badge("note", _("batch")),
            (Fact(_("From"), f"{batch.start:%H:%M}"), _sure()),
            (batch.code, batch.name_zh, batch.name_en),
        )
        for batch in found.batches
    ]


def _reasons(found: Nursing) -> list[Row]:
    rows: list[Row] = []
    for reason in found.reasons:
        words = _("needed") if reason.words else _("if wanted")
        facts = (Fact(_("Key"), str(reason.rank or "")), Fact(_("In words"), words), _sure())
        keys = (reason.code, reason.initials, reason.name_zh, reason.name_en)
        rows.append((reason.code, reason.name, Badge("note", _purpose(reason.group)), facts, keys))
    return rows


def _purpose(group: str) -> str:
    """Say what a reason is for."""
    return {
        "not-given": _("not given"),
        "late": _("given late"),
        "by-hand": _("not scanned"),
        "return": _("sent back"),
        "actual": _("recorded afterwards"),
        "correct": _("entered in error"),
        "end": _("ended early"),
    }[group]


def _span(span: timedelta) -> str:
    minutes = round(span.total_seconds() / 60)
    if minutes % 60:
        return n_("{count} minute", "{count} minutes", minutes)
    return n_("{count} hour", "{count} hours", minutes // 60)


def _sure() -> Fact:
    """Say that the site has to confirm it."""
    return Fact(_("Evidence"), _("local custom, needs confirmation"), "caution")


READERS: Final[Mapping[str, Callable[[Knowledge], list[Row]]]] = {"nursing.toml": nursing}
