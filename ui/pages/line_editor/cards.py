"""What the alerts of the lines say on their cards.

Stops, warnings and cautions show; notes do not take room. What was not checked has its own card.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from ui.pages.line_editor.remedies import TEST_RULES, Bench, choices_for, show_line
from ui.pages.line_editor.strip import CardSpec
from ui.widgets.alerts import AlertView
from ui.widgets.banner_strip import Choice
from workstation.core.days import written_day
from workstation.core.i18n import _
from workstation.medication.judging import DraftCheck
from workstation.medication.reasons import reason_text
from workstation.rules.alerts import Alert, Tier
from workstation.terminology.doses import keep

DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


def cards_for(bench: Bench, check: DraftCheck, places: dict[str, int], roomy: bool) -> list[CardSpec]:
    """Give the cards of a check; `places` numbers the lines by key; a `roomy` card offers every way out."""
    shown = [a for a in check.alerts if a.tier <= Tier.CAUTION]
    tests = next((alert.fingerprint for alert in shown if alert.rule_id in TEST_RULES), "")
    cards = [
        _card(bench, alert, places, choices_for(bench, alert, n == 0, roomy, alert.fingerprint == tests))
        for n, alert in enumerate(shown)
    ]
    gaps: dict[tuple[str, str], list[int]] = {}
    for gap in check.not_run:
        numbers = gaps.setdefault((gap.rule_id, gap.reason), [])
        numbers += [places[key] for key in gap.line_ids if key in places]
    by_reason: dict[str, set[int]] = {}
    for (_rule, reason), numbers in gaps.items():
        by_reason.setdefault(reason, set()).update(numbers)
    for reason, concerned in by_reason.items():
        where = where_text(sorted(concerned))
        view = AlertView(0, where, reason, key=f"gap-{reason}-{where}")
        cards.append(CardSpec(view, tuple(show_line(bench, places, concerned))))
    return cards


def where_text(numbers: Sequence[int]) -> str:
    """Name lines: `line 2`, `lines 1, 3`; all of them by nothing."""
    if not numbers:
        return ""
    listed = ", ".join(str(n) for n in numbers)
    return _("line {number}", number=listed) if len(numbers) == 1 else _("lines {numbers}", numbers=listed)


def _card(bench: Bench, alert: Alert, places: dict[str, int], choices: Sequence[Choice]) -> CardSpec:
    numbers = sorted(places[key] for key in alert.line_ids if key in places)
    reason = bench.options.overrides.get(alert.fingerprint)
    text = alert.message
    if reason is not None:
        given = "；".join(part for part in (reason_text(reason.code), reason.text) if part)
        text = f"{text} {_('Reason given: {reason}', reason=given)}"
    text = f"{text} ({_source(alert)})"
    view = AlertView(int(alert.tier), alert.title, text, where_text(numbers), key=alert.fingerprint)
    return CardSpec(view, tuple(choices))


def _source(alert: Alert) -> str:
    """Give the law or label behind a rule, and the day of the knowledge that holds it."""
    day = DAY.search(alert.version)
    return " · ".join(
        part for part in (alert.basis, keep(written_day(day[0])) if day else alert.version) if part
    )


def failed_card(title: str, again: Choice, why: str) -> CardSpec:
    """Say that nothing at all was checked, with the way to try again."""
    view = AlertView(0, title, why, key="failed")
    return CardSpec(view, (again,))
