"""What stands around the text of a large paper of ward and laboratory: whose hospital, which paper, which page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from workstation.printing.documents import Stamp
from workstation.printing.forms import Form
from workstation.printing.layout import Row, Type, centred, fitted
from workstation.printing.sheet import Sheet

LABEL_GREY: Final = 0.32


class Frame:
    """The margins of a paper and the marks on each of its pages."""

    def __init__(self, sheet: Sheet, form: Form, stamp: Stamp) -> None:
        self.sheet, self.form, self.stamp = sheet, form, stamp
        self.left = form.sizes["left"]
        self.right = sheet.width - form.sizes["right"]
        self.inner = self.right - self.left
        self.label = Type(form.sizes["label"], grey=LABEL_GREY)
        self.value = Type(form.sizes["value"])

    def titles(self, institution: str, title: str, side: float) -> list[Row]:
        """Set hospital and title in the middle, `side` free at both edges."""
        room = self.inner - 2 * side
        strong = Type(self.form.sizes["institution"], bold=True, leading=1.3)
        rows = centred(institution, room, strong, self.inner / 2)
        return rows + centred(
            title, room, Type(self.form.sizes["title"], bold=True, leading=1.3), self.inner / 2
        )

    def chips(self, texts: Sequence[str], y: float) -> None:
        """Draw framed words from the right edge to the left."""
        right, type_ = self.right, Type(8.5, bold=True)
        for text in texts:
            width = type_.width(text) + 3.2
            self.sheet.label_box(text, right, y, (width, 5.2), type_, 0.3)
            right -= width + 1.2

    def foot(self, page: int, pages: int, *, code: str = "", synthetic: bool = False) -> None:
        """Say who printed when and where, and which page of how many this is."""
        say, stamp = self.form.say, self.stamp
        small = Type(self.form.sizes["stamp"], grey=0.25)
        y = self.sheet.height - 12.0
        self.sheet.line(self.left, y, self.right, y, 0.15, 0.5)
        page_text = say("page", page=page, pages=pages)
        text = say("printed", at=stamp.at, by=stamp.by, station=stamp.station)
        text = "\u3000".join(filter(None, (text, code)))
        room = self.inner - small.width(page_text) - 4.0
        self.sheet.text(text, self.left, y + 3.6, fitted(text, room, small))
        self.sheet.text(page_text, self.right, y + 3.6, small, "right")
        if synthetic:
            self.sheet.text(say("synthetic"), self.left, y + 7.0, replace(small, bold=True))
