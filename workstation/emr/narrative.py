"""Between what a doctor types and the XHTML a FHIR narrative is made of, without losing or inventing a character.

Line ends become <br/>; everything else is escaped. Reading is forgiving, because narratives from elsewhere hold any
markup: it gives their plain text, never markup, so that nothing in a record can act on a screen.
"""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser
from typing import Final

XHTML: Final = "http://www.w3.org/1999/xhtml"
WILDCARD: Final = re.compile(r"\{[^{}\n]*\}")
_CONTROL: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_BLOCKS: Final = frozenset(
    {"p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "pre"}
)
_SILENT: Final = frozenset({"script", "style", "head", "title"})


def clean(text: str) -> tuple[str, int]:
    """Give a text with plain line ends and without control characters, and how many of these were taken out.

    Such characters (also those that reverse the direction of reading) come in by pasting, cannot be seen, and would
    make the stored text differ from the one on the screen.
    """
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return _CONTROL.subn("", plain)


def unfilled(text: str) -> list[str]:
    """Give the wildcards `{...}` of a text that were not filled in."""
    return WILDCARD.findall(text)


def to_xhtml(text: str, struck: str = "") -> str:
    """Give a text as a FHIR narrative; `struck` is the earlier wording that stays readable under a line."""
    before = f"<p><del>{_lines(struck)}</del></p>" if struck else ""
    return f'<div xmlns="{XHTML}">{before}<p>{_lines(text)}</p></div>'


def _lines(text: str) -> str:
    return escape(text, quote=False).replace("\n", "<br/>")


def from_xhtml(div: str) -> str:
    """Give the plain text of a narrative without what is struck through; an empty narrative gives an empty text."""
    return _read(div).text()


def struck_in(div: str) -> str:
    """Give what a narrative shows struck through, or an empty text."""
    return _read(div).struck()


def _read(div: str) -> _Text:
    reader = _Text()
    reader.feed(div)
    reader.close()
    return reader


class _Text(HTMLParser):
    """Collects text; blocks and breaks become line ends."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._struck: list[str] = []
        self._silent = 0
        self._deleted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self._add("\n")
        elif tag in _SILENT:
            self._silent += 1
        elif tag == "del":
            self._deleted += 1
        elif tag in ("td", "th"):
            self._parts.append("\t" if self._parts and not self._parts[-1].endswith("\0") else "")
        elif tag in _BLOCKS:
            self._parts.append("\0")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self._add("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(self._silent - 1, 0)
        elif tag == "del":
            self._deleted = max(self._deleted - 1, 0)
        elif tag in _BLOCKS:
            self._parts.append("\0")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._add(re.sub(r"\s*\n\s*", " ", data) if data.strip() else ("" if "\n" in data else data))

    def _add(self, text: str) -> None:
        (self._struck if self._deleted else self._parts).append(text)

    def text(self) -> str:
        """Give the text; block borders part lines but never make an empty one."""
        whole = re.sub("\0+", "\0", "".join(self._parts)).strip("\0")
        return whole.replace("\0", "\n")

    def struck(self) -> str:
        """Give what stood inside <del>."""
        return "".join(self._struck)
