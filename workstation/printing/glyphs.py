"""The check before ink: a character the font lacks would vanish from the paper without a word.

Rare characters in names are ordinary life in China. Either every character can be drawn, or printing stops and names
the character and the field; on request its code stands in its place, as `〔U+3D0A1〕`, where everyone can see it.
"""

from __future__ import annotations

import dataclasses
from typing import Final, TypeVar

from workstation.core.errors import UserError
from workstation.core.i18n import _
from workstation.printing import fonts

T = TypeVar("T")
_CLEAN: Final = str.maketrans({"\r": None, "\t": " ", "\u200b": None, "\ufeff": None, "\u2028": "\n"})


class MissingGlyphs(UserError):
    """Characters that the print font cannot draw; `found` holds (field, "U+XXXX") pairs in reading order."""

    code = "missing-glyphs"

    def __init__(self, found: tuple[tuple[str, str], ...]) -> None:
        self.found = found
        places = "; ".join(_("{field}: {code}", field=field_title(field), code=code) for field, code in found)
        super().__init__(
            _("The print font lacks a character: {places}", places=places),
            _("Nothing was printed. Check the text, or print with the code in place of the character."),
        )


def field_title(field: str) -> str:
    """Name a field of a document for the person who must look at it."""
    titles = {
        "name": _("the name"),
        "masked_name": _("the name"),
        "institution": _("the institution"),
        "ward": _("the department or ward"),
        "place": _("the department or ward"),
        "department": _("the department"),
        "diagnoses": _("the diagnosis"),
        "agents": _("the allergies"),
        "allergies": _("the allergies"),
        "agent": _("the collector"),
        "lines": _("the medication"),
        "drug": _("the medication"),
        "entries": _("the inpatient orders"),
        "tests": _("the tests"),
        "requester": _("the signature"),
        "signers": _("the signature"),
        "author": _("the signature"),
        "cosigner": _("the signature"),
        "sections": _("the record text"),
        "addenda": _("the addendum"),
        "orders": _("the orders"),
        "stamp": _("the print mark"),
    }
    parts = field.split(".")
    return next((titles[part] for part in parts if part in titles), _("another text"))


def printable(document: T, *, allow_codes: bool = False) -> T:
    """Give the document with only characters that can be drawn.

    Raises MissingGlyphs for all others at once, unless `allow_codes` puts their codes in their places.
    """
    found: list[tuple[str, str]] = []
    cleaned: T = _clean(document, "", found)
    if found and not allow_codes:
        raise MissingGlyphs(tuple(dict.fromkeys(found)))
    return cleaned


def _clean(value: T, field: str, found: list[tuple[str, str]]) -> T:
    if isinstance(value, str):
        return _clean_text(value, field, found)  # type: ignore[return-value]  # str in, str out
    if isinstance(value, tuple):
        return tuple(_clean(item, field, found) for item in value)  # type: ignore[return-value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        changes = {
            f.name: _clean(getattr(value, f.name), f"{field}.{f.name}".lstrip("."), found)
            for f in dataclasses.fields(value)
        }
        return dataclasses.replace(value, **changes)
    return value


def _clean_text(text: str, field: str, found: list[tuple[str, str]]) -> str:
    text = text.translate(_CLEAN)
    for character in fonts.missing(text):
        code = f"U+{ord(character):04X}"
        found.append((field, code))
        text = text.replace(character, f"〔{code}〕")
    return text
