"""The words of registration that both a refused command and a form need."""

from __future__ import annotations

from workstation.core.i18n import _
from workstation.registration.identity import Problem
from workstation.registration.model import Reason


def problem_text(problem: str) -> str:
    """Say what is wrong with a document number, and what to do."""
    return {
        Problem.LENGTH: _("The number must have 18 characters: compare it with the card."),
        Problem.REGION: _("The first digits name no region: compare them with the card."),
        Problem.DATE: _("Digits 7 to 14 are no date: compare them with the card."),
        Problem.FUTURE: _("The date of birth in the number is in the future: compare it with the card."),
        Problem.CHECK: _("The check digit does not fit: compare every digit with the card."),
        Problem.FORM: _("A number of this kind of document looks different: compare it with the document."),
    }.get(Problem(problem), "")


def reason_text(reason: Reason) -> str:
    """Say in two or three words why somebody may be the same person."""
    return {
        Reason.DOCUMENT_SAME: _("same document"),
        Reason.DOCUMENT_DIFFERENT: _("document differs"),
        Reason.NAME_SAME: _("same name"),
        Reason.NAME_SOUND: _("name sounds alike"),
        Reason.BIRTH_SAME: _("same date of birth"),
        Reason.BIRTH_SWAPPED: _("day and month may be swapped"),
        Reason.BIRTH_NEAR: _("date of birth close"),
        Reason.PHONE_SAME: _("same phone"),
        Reason.PHONE_DIFFERENT: _("phone differs"),
        Reason.ADDRESS_SAME: _("same address"),
        Reason.SEX_DIFFERENT: _("sex differs"),
    }[reason]


def sex_text(code: str) -> str:
    """Give the administrative sex in words."""
    words = {"male": _("Male"), "female": _("Female"), "other": _("Other sex")}
    return words.get(code, _("Sex not known"))
