"""An allergy in words, the same in the banner and in the summary: agent, reaction and year; what is missing is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.core.i18n import _

if TYPE_CHECKING:
    from workstation.chart.allergies import Allergy


def allergy_words(allergy: Allergy) -> str:
    """Write agent, reaction and the year it was noticed, else the year it was recorded."""
    reaction = allergy.reaction or _("reaction not recorded")
    year = (allergy.since or allergy.recorded_on)[:4] or _("year not recorded")
    return f"{allergy.agent} — {reaction} ({year})"
