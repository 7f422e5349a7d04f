"""Two versions of a note side by side in words: what stands on the screen, and what was recovered. Nothing is chosen
silently: the safe button keeps both reachable."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from difflib import SequenceMatcher

from PySide6.QtWidgets import QWidget

from ui.notices import Choice
from ui.pages.outpatient_parts.rich_lines import LineList
from ui.theme import theme
from ui.widgets.sheet import Sheet
from ui.widgets.table_model import Run
from workstation.core.i18n import _
from workstation.emr import sections


def differences(before: str, after: str) -> Iterator[tuple[str, str]]:
    """Walk the pieces of two texts as (kind, piece): `same`, `gone` from the first, `new` in the second."""
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield "same", before[a:b]
        else:
            if b > a:
                yield "gone", before[a:b]
            if d > c:
                yield "new", after[c:d]


def runs_of(before: str, after: str) -> list[Run]:
    """Give the differences as runs; what differs is bracketed, so that it is seen without colour."""
    marks = {"same": ("", ""), "gone": ("【−", "】"), "new": ("【+", "】")}
    looks = {"same": (False, "text"), "gone": (False, "label"), "new": (True, "accent")}
    return [
        Run(f"{marks[kind][0]}{piece}{marks[kind][1]}", looks[kind][0], looks[kind][1])
        for kind, piece in differences(before, after)
    ]


def differing(mine: Mapping[str, str], other: Mapping[str, str]) -> list[str]:
    """Give the sections in which two notes differ."""
    return [code for code in sections.WRITTEN if mine.get(code, "").strip() != other.get(code, "").strip()]


class DraftDiff(Sheet):
    """Asks which version goes on; Esc keeps what is on the screen, and the other one stays kept."""

    def __init__(
        self,
        host: QWidget,
        title: str,
        screen: Mapping[str, str],
        recovered: Mapping[str, str],
        use_recovered: Callable[[], object],
        keep_screen: Callable[[], object],
    ) -> None:
        choices = (
            Choice(_("Keep what is on the screen"), keep_screen, "K"),
            Choice(_("Use the recovered text"), use_recovered, "R"),
        )
        text = _("【− only on the screen】  【+ only in the recovered text】")
        super().__init__(host, title, text, choices)
        lines = LineList(title)
        for code in differing(screen, recovered):
            lines.heading(sections.BY_CODE[code].name)
            lines.line(runs_of(screen.get(code, ""), recovered.get(code, "")))
        lines.setMinimumHeight(theme().px(220))
        lines.setMinimumWidth(theme().px(520))
        self.lines = lines
        self.card.rows.insertWidget(2, lines, 1)
