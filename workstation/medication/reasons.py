"""Why prescribers override warnings: six reasons, each one key, kept as codes so that they can be counted.

The list is short on purpose: a reason nobody can find under time pressure becomes "other".
"""

from __future__ import annotations

from typing import Final

from workstation.core.i18n import pick
from workstation.fhir import systems
from workstation.fhir.resources import Resource, concept
from workstation.medication.model import OverrideReason

REASONS: Final = {
    "benefit": ("获益大于风险", "the benefit outweighs the risk"),
    "monitored": ("已监测或将监测", "monitored, or will be"),
    "tolerated": ("既往使用耐受", "taken before and tolerated"),
    "adjusted": ("已调整剂量或用法", "dose or regimen adjusted"),
    "no-alternative": ("无合适替代药物", "no suitable alternative"),
    "specialist": ("专科或会诊意见", "advised by a specialist"),
}
LEAST_TEXT: Final = 4


def reason_text(code: str) -> str:
    """Give a reason in the language of the screen; an unknown code as it is."""
    return pick(*REASONS[code]) if code in REASONS else code


def reason_concept(reason: OverrideReason) -> Resource:
    """Write a reason for the record: code and Chinese words, whatever the screen's language is."""
    words = REASONS[reason.code][0] if reason.code in REASONS else ""
    text = "；".join(part for part in (words, reason.text.strip()) if part)
    if not words:
        return {"text": text}
    return concept(systems.REASON, reason.code, words, text)
