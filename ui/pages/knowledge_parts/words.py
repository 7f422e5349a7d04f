"""The knowledge base in words: how sure each entry is, and the catalogue's shorthand written out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from ui.widgets.table_model import Badge
from workstation.core.i18n import _, n_
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.wording import FileInfo

PLACEHOLDER: Final = re.compile(r"\{\w+\}")
FREQUENCY: Final = re.compile(r"(?<![A-Za-z])(qd|bid|tid|qid|q\d+h|qod|qw)(?![A-Za-z])")
SHORT: Final = (
    (re.compile(r"<="), " 不超过 "),
    (re.compile(r">="), " 不少于 "),
    (re.compile(r"<"), " 低于 "),
    (re.compile(r">"), " 高于 "),
    (re.compile(r"LIVER"), "肝毒性"),
    (re.compile(r"q(\d+-\d+)h"), r" 每 \1 小时 1 次"),
    (re.compile(r"x(\d+)d"), r" 共 \1 天"),
    (re.compile(r"(万?)U(?![A-Za-z])"), r"\1单位"),
    (re.compile(r"μg"), "微克"),
    (re.compile(r"(\d)\.0(?!\d)"), r"\1"),
    (re.compile(r"(?<=\d)(?=[A-Za-z\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])(?=[\dA-Za-z])"), " "),
    (re.compile(r"(?<=[A-Za-z])(?=[\u4e00-\u9fff])"), " "),
    (re.compile(r" {2,}"), " "),
    (re.compile(r"\( "), "("),
)
"""The catalogue's shorthand and its words, in the order they are replaced; blanks part numbers, letters and Han."""


def headline(files: Sequence[FileInfo]) -> str:
    """Say in one sentence how far this hospital stands behind its knowledge base."""
    still = sum(1 for info in files if not info.confirmed)
    if not still:
        return _("All {count} knowledge files are confirmed by this hospital.", count=len(files))
    if still == len(files):
        return _(
            "None of the {count} knowledge files is confirmed by this hospital yet. Alerts advise;"
            " labels and local rules decide.",
            count=len(files),
        )
    return n_(
        "{count} of {all} knowledge files still needs to be confirmed by this hospital.",
        "{count} of {all} knowledge files still need to be confirmed by this hospital.",
        still,
        all=len(files),
    )


def standing(info: FileInfo) -> Badge:
    """Say whether this hospital has confirmed a file."""
    if info.confirmed:
        return Badge("done", _("confirmed by this hospital"))
    return Badge("caution", _("needs local confirmation"))


def evidence(tag: str) -> Badge:
    """Say how sure an entry is: `source`, `verified` (against a copy of the law's text), or general knowledge."""
    if tag == "source":
        return Badge("done", _("compared with the source"))
    if tag == "verified":
        return Badge("note", _("compared with a copy of the text, not with the gazette"))
    return Badge("caution", _("general knowledge, source not compared"))


def open_message(message: str) -> str:
    """Show a rule's message with a mark where the case at hand is filled in."""
    return PLACEHOLDER.sub("…", message)


def written_out(text: str, knowledge: Knowledge) -> str:
    """Write out the catalogue's Chinese shorthand: limits, frequencies and units in words, one remark after another."""
    text = FREQUENCY.sub(lambda found: knowledge.frequencies.get(found[0]).display("zh_CN"), text)
    for pattern, word in SHORT:
        text = pattern.sub(word, text)
    return "；".join(part.strip() for part in text.split(";") if part.strip())
