"""What the lines under a round say about the patient in focus."""

from __future__ import annotations

from datetime import datetime

from ui.pages.vitals_parts.columns import COLUMNS
from workstation.core.clock import parse_instant
from workstation.core.days import written_moment
from workstation.core.i18n import _
from workstation.registration.wording import sex_text
from workstation.rules.early_warning import EarlyWarning
from workstation.vitals.model import RoundRow

NAMES = {
    "respiration": "Respiration",
    "spo2": "Oxygen saturation",
    "oxygen": "Oxygen given",
    "systolic": "Blood pressure",
    "pulse": "Pulse",
    "consciousness": "Consciousness",
    "temperature": "Temperature",
}


def who(row: RoundRow) -> str:
    """Name a patient."""
    day = _("day {count}", count=row.day)
    return "  ".join((_("Bed {bed}", bed=row.bed), row.name, sex_text(row.sex), row.number, day))


def due_text(row: RoundRow) -> str:
    """Say what is due and which round asks for it."""
    names = [_(column.name) for column in COLUMNS if column.field in row.due]
    if not names:
        return _("Nothing is due in this column.")
    why = f" ({'; '.join(row.why)})" if row.why else ""
    return _("Due: {signs}", signs=", ".join(names)) + why


def score_sentence(row: RoundRow, found: EarlyWarning | None) -> str:
    """Say the score, what it means here and what is missing."""
    if not row.early_warning:
        return _("NEWS2 is not made for children under 16 or in pregnancy.")
    if found is None:
        return ""
    if found.complete:
        return _("NEWS2 {total}: {meaning}", total=found.total, meaning=found.level.name)
    missing = ", ".join(_(NAMES[name]) for name in found.missing)
    return _(
        "NEWS2 at least {total}: {meaning}. Not measured: {missing}.",
        total=found.total,
        meaning=found.level.name,
        missing=missing,
    )


def before_text(row: RoundRow, now: datetime) -> str:
    """Say when the last values were taken."""
    times = sorted({before.at for before in row.before if before.field == "temperature"})
    if not times:
        return _("No temperature in the last three days.")
    at = parse_instant(times[-1], now.tzinfo).astimezone(now.tzinfo)
    return _("Last temperature {time}", time=written_moment(at))
