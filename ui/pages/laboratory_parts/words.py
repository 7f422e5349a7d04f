"""What the laboratory's screens say: flags with arrow and word, states, times. A state is never colour alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from ui.widgets.table_model import Badge, Run
from workstation.core.clock import parse_instant
from workstation.core.days import written_date
from workstation.core.i18n import _, n_
from workstation.laboratory.model import OrderState
from workstation.laboratory.rows import CellRow, ReportRow, ValueRow
from workstation.registration.wording import sex_text
from workstation.terminology.doses import keep

NB = "\u00a0"
UCUM_WORDS: Final = {
    "10*9/L": "×10⁹/L",
    "10*12/L": "×10¹²/L",
    "umol/L": "μmol/L",
    "mL/min/{1.73_m2}": "mL/min/1.73\u00a0m²",
    "mm[Hg]": "mmHg",
    "[pH]": "",
    "{INR}": "",
    "1": "",
}
ORDER_STATES: Final = {
    OrderState.ORDERED: "",
    OrderState.LABELLED: "",
    OrderState.COLLECTED: "note",
    OrderState.PARTIAL: "caution",
    OrderState.REPORTED: "caution",
    OrderState.READ: "done",
    OrderState.CANCELLED: "not_checked",
}


def flag_text(flag: str) -> str:
    """Give arrow and word of a flag."""
    words = {
        "critical-high": _("Critical ↑↑"),
        "critical-low": _("Critical ↓↓"),
        "critical": _("Critical"),
        "high": _("High ↑"),
        "low": _("Low ↓"),
        "abnormal": _("Abnormal"),
        "withdrawn": _("Withdrawn"),
    }
    return words.get(flag, "").replace(" ", NB)


def flag_state(flag: str) -> str:
    """Give the rung of the status ladder for a flag."""
    if flag.startswith("critical"):
        return "stop"
    return {"": "", "withdrawn": "not_checked"}.get(flag, "caution")


def flag_badges(cell: CellRow | ValueRow | None) -> tuple[Badge, ...]:
    """Give the chip of a value; one that the catalogue and not the laboratory judged says so."""
    if cell is None or not cell.flag:
        return ()
    text = flag_text(cell.flag)
    if cell.flag_by == "catalogue":
        text = _("{flag} · catalogue", flag=text).replace(" ", NB)
    return (Badge(flag_state(cell.flag), text),)


def unit_text(unit: str) -> str:
    """Write a unit that was reported as a UCUM code the way people write it; nothing is converted."""
    return UCUM_WORDS.get(unit, unit)


def value_text(value: str, unit: str) -> str:
    """Write a value with its unit, never parted."""
    return f"{value}{NB}{unit_text(unit)}" if unit and value else value


def value_runs(values: Sequence[ValueRow]) -> tuple[Run, ...]:
    """Write several values in one line, the flagged ones strong."""
    runs: list[Run] = []
    for place, value in enumerate(values):
        parts = (value.short or value.name, value_text(value.value, value.unit), flag_text(value.flag))
        said = keep(" ".join(part for part in parts if part))
        runs.append(Run(f"{'   ' if place else ''}{said}", bold=bool(value.flag)))
    return tuple(runs)


def values_line(values: Sequence[ValueRow]) -> str:
    """Write several values in one line, for reading aloud."""
    return "; ".join(
        " ".join(p for p in (v.short or v.name, value_text(v.value, v.unit), flag_text(v.flag)) if p)
        for v in values
    )


def reference_text(reference: str, by: str, unit: str = "") -> str:
    """Write a reference range; the catalogue's is marked."""
    if not reference:
        return _("no range given")
    text = value_text(reference, unit)
    return _("{range} (catalogue)", range=text) if by == "catalogue" else text


def state_text(state: OrderState, time: str = "") -> str:
    """Say how far an order has come."""
    words = {
        OrderState.ORDERED: _("Requested"),
        OrderState.LABELLED: _("Labelled"),
        OrderState.COLLECTED: _("Taken"),
        OrderState.PARTIAL: _("Partly reported"),
        OrderState.REPORTED: _("Reported, not read"),
        OrderState.READ: _("Read"),
        OrderState.CANCELLED: _("Taken back"),
    }
    return f"{words[state]} {time}".strip()


def report_badges(report: ReportRow) -> tuple[Badge, ...]:
    """Give the chips of a report: critical, how many abnormal, what kind of issue, unread."""
    found = []
    if report.open:
        found.append(Badge("stop", _("Critical")))
    elif report.abnormal:
        found.append(Badge("caution", n_("{count} abnormal", "{count} abnormal", report.abnormal)))
    found += [Badge(state, text) for state, text in _kinds(report.state)]
    if report.missing:
        found.append(
            Badge("not_checked", n_("{count} value missing", "{count} values missing", report.missing))
        )
    if report.stranger:
        found.append(Badge("warn", _("names another patient's order")))
    if report.unread:
        found.append(Badge("note", _("not read")))
    return tuple(found)


def _kinds(state: str) -> list[tuple[str, str]]:
    words = {
        "partial": ("not_checked", _("Preliminary")),
        "corrected": ("warn", _("Corrected")),
        "withdrawn": ("warn", _("Withdrawn")),
    }
    return [words[state]] if state in words else []


def kind_badges(state: str) -> tuple[Badge, ...]:
    """Give the chip of an issue that is not simply final."""
    return tuple(Badge(s, t) for s, t in _kinds(state))


def priority_text(priority: str) -> str:
    """Say how soon."""
    return {"stat": _("At once"), "urgent": _("Urgent"), "asap": _("Urgent")}.get(priority, _("Routine"))


def priority_state(priority: str) -> str:
    """Give the rung for how soon; routine has none."""
    return {"stat": "warn", "urgent": "caution", "asap": "caution"}.get(priority, "")


def clock_text(at: str, now: datetime) -> str:
    """Give the time of day of an ISO moment where this desk is."""
    return local(at, now).strftime("%H:%M") if len(at) > 10 else ""


def day_text(at: str, now: datetime) -> str:
    """Give the day of an ISO moment, written so that it cannot be misread."""
    if len(at) > 10:
        return written_date(local(at, now).date())
    return written_date(date.fromisoformat(at)) if len(at) == 10 else at


def moment_text(at: str, now: datetime) -> str:
    """Give day and time; of today the time alone."""
    if len(at) > 10 and local(at, now).date() == now.date():
        return clock_text(at, now)
    return f"{day_text(at, now)} {clock_text(at, now)}".strip()


def local(at: str, now: datetime) -> datetime:
    """Read an ISO moment into this desk's zone."""
    return parse_instant(at, now.tzinfo).astimezone(now.tzinfo)


def who_text(sex: str, age: str) -> str:
    """Give sex and age, never parted."""
    return keep(" ".join(part for part in (sex_text(sex), age) if part))


def minutes_text(minutes: int) -> str:
    """Say for how long something has waited."""
    if minutes < 60:
        return _("{minutes} min", minutes=minutes)
    return _("{hours} h {minutes} min", hours=minutes // 60, minutes=minutes % 60)
