"""How this hospital marks nursing levels: a character and a pair of colours, refused where they could be misread."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from workstation.core.errors import Unavailable
from workstation.core.i18n import _, pick

LEAST_CONTRAST: Final = 4.5  # WCAG 2.2, 1.4.3: text on its ground
_COLOUR: Final = re.compile(r"#[0-9A-Fa-f]{6}")


@dataclass(frozen=True, slots=True)
class NursingLevel:
    """One level: `code` of its order, `character` in the box, `fill` and `ink` as #RRGGBB."""

    code: str
    name_zh: str
    name_en: str
    character: str
    fill: str
    ink: str

    @property
    def name(self) -> str:
        """The name in the language of the screen."""
        return pick(self.name_zh, self.name_en)


def nursing_levels(tables: Iterable[Mapping[str, Any]]) -> dict[str, NursingLevel]:
    """Read the levels by code. Raises Unavailable for one that could be misread: colour alone, or too pale."""
    found = {}
    for table in tables:
        level = NursingLevel(
            str(table["code"]),
            str(table["zh"]),
            str(table["en"]),
            str(table.get("character", "")).strip(),
            str(table.get("fill", "")),
            str(table.get("ink", "")),
        )
        _check(level)
        found[level.code] = level
    return found


def _check(level: NursingLevel) -> None:
    if len(level.character) != 1:
        raise _refused(_("{level} has no character: colour alone is never enough.", level=level.name))
    if not (_COLOUR.fullmatch(level.fill) and _COLOUR.fullmatch(level.ink)):
        raise _refused(_("The colours of {level} are not written as #RRGGBB.", level=level.name))
    ratio = contrast(level.fill, level.ink)
    if ratio < LEAST_CONTRAST:
        raise _refused(
            _(
                "{level} cannot be read: contrast {ratio}, at least 4.5.",
                level=level.name,
                ratio=f"{ratio:.1f}",
            )
        )


def _refused(why: str) -> Unavailable:
    return Unavailable(
        _("The marks of nursing levels of this site cannot be used. {why}", why=why),
        _("Levels are shown in words until the file is corrected; ask the administrator."),
    )


def contrast(one: str, other: str) -> float:
    """Give the contrast ratio of two colours #RRGGBB, 1 to 21 (WCAG 2.2, relative luminance)."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
