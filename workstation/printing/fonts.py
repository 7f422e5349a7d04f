"""The two fonts of every paper, registered once, with what reportlab does not do for Chinese.

- Characters above U+FFFF are drawn right but extracted wrong: the ToUnicode map is written anew, in UTF-16.
- The font lacks superscript and subscript digits, so `10⁹/L` would vanish: they borrow the digit's outline, are drawn
  small and raised, and still extract as themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib import resources
from threading import Lock
from typing import Any, Final

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

PT: Final = 25.4 / 72
"""Millimetres in a point."""

REGULAR: Final = "NotoSansSC-Regular"
BOLD: Final = "NotoSansSC-Bold"
SMALL_SCALE: Final = 0.62
_RAISED: Final = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+−", strict=True))
_LOWERED: Final = dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True))
_SMALL: Final = re.compile(f"([{''.join(_RAISED)}]+|[{''.join(_LOWERED)}]+)")
_REGISTERING: Final = Lock()
_UNDRAWN: Final = "\n\u2060\u202f"
_CMAP_BLOCK: Final = 100  # the most entries that the format allows between beginbfchar and endbfchar


class ClinicalFont(TTFont):  # type: ignore[misc]  # reportlab carries no types
    """A TrueType font whose embedded subsets give every character back when text is copied or searched."""

    def addObjects(self, doc: Any) -> None:  # noqa: N802  # reportlab's name
        """Embed the subsets, then put a correct ToUnicode map in the place of each one."""
        state = self.state[doc]
        subsets, name = state.subsets, state.internalName
        super().addObjects(doc)
        fonts = doc.idToObject["BasicFonts"].dict
        for number, subset in enumerate(subsets):
            base = fonts[f"{name}+{number}"].BaseFont
            doc.idToObject[f"toUnicodeCMap:{base}"].content = _to_unicode(base, subset)


def _to_unicode(name: str, subset: list[int]) -> str:
    entries = [
        f"<{code:02X}> <{chr(character).encode('utf-16-be').hex().upper()}>"
        for code, character in enumerate(subset)
        if character
    ]
    blocks = [entries[i : i + _CMAP_BLOCK] for i in range(0, len(entries), _CMAP_BLOCK)]
    head = f"""/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry ({name}) /Ordering ({name}) /Supplement 0 >> def
/CMapName /{name} def
/CMapType 2 def
1 begincodespacerange
<00> <{len(subset) - 1:02X}>
endcodespacerange
"""
    body = "".join(f"{len(b)} beginbfchar\n" + "\n".join(b) + "\nendbfchar\n" for b in blocks)
    return head + body + "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"


def register() -> None:
    """Load both fonts (about 0.2 s, once in the life of the program; call it early from a worker thread)."""
    with _REGISTERING:
        _register()


@cache
def _register() -> None:
    for name in (REGULAR, BOLD):
        font = ClinicalFont(name, str(resources.files("resources") / "fonts" / f"{name}.ttf"))
        face = font.face
        for small, normal in (_RAISED | _LOWERED).items():
            face.charToGlyph[ord(small)] = face.charToGlyph[ord(normal)]
            face.charWidths[ord(small)] = face.charWidths[ord(normal)]
        pdfmetrics.registerFont(font)


@cache
def _advances(name: str) -> dict[str, float]:
    register()
    widths = pdfmetrics.getFont(name).face.charWidths
    table = {chr(code): width * PT / 1000 for code, width in widths.items()}
    table |= {small: table[small] * SMALL_SCALE for small in _RAISED | _LOWERED}
    return table | {"\u2060": 0.0, "\n": 0.0, "\u00a0": table[" "], "\u202f": table[" "]}


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Give the width in millimetres of a text set at `size` points. Adding texts adds widths: there is no kerning."""
    table = _advances(BOLD if bold else REGULAR)
    return sum(table.get(character, 0.0) for character in text) * size


def missing(text: str) -> Iterable[str]:
    """Give the characters that neither the regular nor the bold font can draw, in order, each once."""
    register()
    glyphs = pdfmetrics.getFont(REGULAR).face.charToGlyph
    bold = pdfmetrics.getFont(BOLD).face.charToGlyph
    return dict.fromkeys(
        c for c in text if c not in _UNDRAWN and (ord(c) not in glyphs or ord(c) not in bold)
    )


def runs(text: str) -> list[tuple[str, float, float]]:
    """Cut a text into (text, size factor, rise in units of the size): small raised and lowered digits stand apart."""
    if not _SMALL.search(text):
        return [(text, 1.0, 0.0)]
    parts = []
    for part in filter(None, _SMALL.split(text)):
        if part[0] in _RAISED:
            parts.append((part, SMALL_SCALE, 0.34))
        elif part[0] in _LOWERED:
            parts.append((part, SMALL_SCALE, -0.12))
        else:
            parts.append((part, 1.0, 0.0))
    return parts
