"""The lines of a sheet as the reviewer reads them, each with its automatic check and the prescriber's reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from ui.theme import theme
from ui.widgets.alerts import AlertCard, AlertView, NotChecked
from ui.widgets.banner_strip import Choice
from ui.widgets.table_model import Badge, Column, Run
from workstation.core.days import with_written_days
from workstation.core.i18n import _
from workstation.pharmacy.rows import LineRow, Override, Prescreen, SheetView
from workstation.pharmacy.sheet import STOPPED
from workstation.rules.alerts import Alert, Tier
from workstation.terminology.doses import DASH, days_text, keep

TIERS: Final = {1: "stop", 2: "warn", 3: "caution", 4: "note"}


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """One row: the line, the rung of its check, and the alerts that mark it."""

    row: LineRow
    state: str
    alerts: tuple[Alert, ...]

    @property
    def stopped(self) -> bool:
        """Whether the line was stopped."""
        return self.row.status in STOPPED


def review_lines(view: SheetView) -> list[ReviewLine]:
    """Put lines and check together."""
    return [_review_line(row, view.prescreen) for row in view.lines]


def _review_line(row: LineRow, said: Prescreen) -> ReviewLine:
    alerts = tuple(a for a in said.alerts if not a.line_ids or row.line in a.line_ids)
    worst = min((int(a.tier) for a in alerts if a.tier <= Tier.CAUTION), default=0)
    if worst:
        return ReviewLine(row, TIERS[worst], alerts)
    gaps = [n for n in said.not_checked if not n.line_ids or row.line in n.line_ids]
    unknown = not said.ran or bool(gaps)
    return ReviewLine(row, "not_checked" if unknown else "done", alerts)


def check_text(line: ReviewLine) -> str:
    """Say what the automatic check made of a line; "passed" only where every check ran."""
    if line.stopped:
        return ""
    return _("Passed") if line.state == "done" else theme().state(line.state).word


def drug_runs(line: ReviewLine) -> Sequence[Run]:
    """Give the medication line: generic bold, then strength and form, then the directions on their own row."""
    row = line.row
    runs = [Run(keep(row.name), bold=True)]
    if row.specification:
        runs.append(Run(f" {DASH} {keep(_('strength {strength}', strength=row.specification))}"))
    runs.append(Run(f"\n{directions(row)}"))
    if line.stopped:
        runs.append(Run(f"\n{_('Stopped')}", bold=True))
    return runs


def directions(row: LineRow) -> str:
    """Give dose, route, frequency and days, none of them broken."""
    if not row.dose:
        return row.text
    days = days_text(row.days) if row.days else ""
    parts = (_("DOSE {dose}", dose=row.dose), row.route, row.frequency, days)
    return f" {DASH} ".join(keep(part) for part in parts if part)


def line_badges(line: ReviewLine) -> Sequence[Badge]:
    """Mark what needs a second look whatever the rules say."""
    badges = []
    if line.row.high_alert:
        badges.append(Badge("warn", _("High alert")))
    if line.row.skin_test:
        badges.append(skin_test_badge(line.row.skin_test))
    return badges


def skin_test_badge(state: str) -> Badge:
    """Say the skin test in words."""
    return {
        "negative": Badge("done", _("Skin test negative")),
        "positive": Badge("stop", _("Skin test positive")),
        "exempt": Badge("note", _("Skin test exempt")),
    }.get(state, Badge("caution", _("Skin test needed")))


def doctor_text(line: ReviewLine) -> str:
    """Give what the prescriber said to the alerts of a line."""
    return "\n".join(override_text(o) for o in line.row.overrides)


def override_text(override: Override) -> str:
    """Give one reason with the alert it answers."""
    if not override.reason:
        return override.title
    return _("{name}: {text}", name=override.title, text=override.reason)


def columns() -> list[Column]:
    """The columns of the lines; the drug takes what is left and grows downwards."""
    return [
        Column("n", "No.", lambda r: str(r.row.number), width=32, right=True),
        Column(
            "drug",
            "Medicine and directions",
            lambda r: f"{r.row.name} {r.row.specification} {directions(r.row)}",
            width=200,
            clinical=True,
            stretch=True,
            runs=drug_runs,
            badges=line_badges,
        ),
        Column("total", "Total", lambda r: r.row.quantity_text, width=72, right=True, clinical=True),
        Column("check", "Check", check_text, width=72, state=lambda r: "" if r.stopped else r.state),
        Column(
            "doctor", "Doctor's reason", doctor_text, width=124, clinical=True, color="text2", optional=True
        ),
    ]


Ask = Callable[[Alert], None]


def cards(view: SheetView, ask: Ask) -> list[AlertCard]:
    """Give the cards of the automatic check, what it could not check included."""
    said = view.prescreen
    if not said.ran:
        return [NotChecked(_("Automatic check"), said.why or _("The rules could not be asked."))]
    places = {row.line: row.number for row in view.lines}
    made = [_card(view, alert, places, ask) for alert in said.alerts if alert.tier <= Tier.CAUTION]
    reasons: dict[str, set[int]] = {}
    for gap in said.not_checked:
        reasons.setdefault(gap.reason, set()).update(places[i] for i in gap.line_ids if i in places)
    made += [NotChecked(where_text(sorted(numbers)), reason) for reason, numbers in reasons.items()]
    return made


def _card(view: SheetView, alert: Alert, places: dict[str, int], ask: Ask) -> AlertCard:
    numbers = sorted(places[i] for i in alert.line_ids if i in places)
    given = [
        o
        for row in view.lines
        if not alert.line_ids or row.line in alert.line_ids
        for o in row.overrides
        if o.rule == alert.rule_id and o.reason
    ]
    text = alert.message
    for o in dict.fromkeys(given):
        text += "\n" + _("Prescriber: {reason}", reason=o.reason)
    if alert.fingerprint in view.prescreen.open:
        text += "\n" + _("The prescriber has not answered this: it is new since the signature.")
    source = f"{alert.basis or alert.source} · {with_written_days(alert.version)}"
    shown = AlertView(int(alert.tier), alert.title, text, where_text(numbers), source, key=alert.fingerprint)
    return AlertCard(shown, (Choice(_("Ask the prescriber…"), lambda: ask(alert)),))


def where_text(numbers: Sequence[int]) -> str:
    """Name lines: `line 2`, `lines 1, 3`; all of them by nothing."""
    if not numbers:
        return ""
    listed = ", ".join(str(n) for n in numbers)
    return _("line {number}", number=listed) if len(numbers) == 1 else _("lines {numbers}", numbers=listed)
