"""Line breaking for clinical text: a dose parted from its unit is a dose misread.

Two layers. Text that the program composes carries U+2060 (word joiner) and U+00A0 (no-break space) and is never
broken there. Free text falls back on a tokenizer that keeps sign, number, range and unit together, keeps a label
with its value, parts Latin words only after a hyphen, and lets no line begin with a closing mark or end with an
opening one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

JOINERS: Final = "\u2060\u00a0\u202f"
NO_START: Final = "，；：。、！？）】》」』”’〉〕〗％℃‰°…—·~～,.;:!?)]}%々"
NO_END: Final = "（【《「『“‘〈〔〖([{￥¥$#№×"

_GAP = "[ \u00a0\u2060]*"
_SIGN = rf"[<>＜＞≤≥±+\-−×x]{_GAP}"
_DIGITS = r"[0-9０-９][0-9０-９.,:：/×^⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻．]*"
_LATIN = r"A-Za-z\u00b5\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0370-\u052f\u1e00-\u1eff"
_HAN_UNIT = (
    "(?:毫克|微克|千克|公斤|克|毫升|升|万?单位|毫摩尔|毫米汞柱|毫米|厘米|米|滴|次|片|粒|丸|支|瓶|袋|盒|剂|枚|贴|揿|喷|"
    "周岁|岁|个?月|天|周|日|年|小时|分钟|分|秒|床|度|级|期|倍|例|种|项|人|号)"
)
_UNIT = rf"(?:(?:[{_LATIN}%‰℃°％Ω][{_LATIN}0-9%²³⁻¹₀-₉]*|{_HAN_UNIT})(?:[/·][{_LATIN}0-9.²³]+|/{_HAN_UNIT})*)"
_QUANTITY = (
    rf"(?:{_SIGN})?{_DIGITS}(?:{_GAP}{_UNIT})?"
    rf"(?:{_GAP}[-–—−~～至到×xX]{_GAP}{_DIGITS}(?:{_GAP}{_UNIT})?)*"
)
_LABEL = (
    r"(?:(?:剂量|用量|总量|极量|每[次日天周月年晚早晨]?|一[次日天]|DOSE|[Dd]ose|[Ee]very|max|total)"
    r"[ \u00a0\u2060：:]*|[A-Z][A-Za-z0-9₀-₉]{0,7}[ \u00a0:：=]{1,2})"
)
_TOKEN = re.compile(
    rf"(?:{_LABEL})?{_QUANTITY}"
    r"|每[日天周月年次晚早晨](?:[一两二三四五六]次?)?|一[日天周][一两二三四五六]次?"
    rf"|[{_LATIN}]{{3,}}-(?=[{_LATIN}]{{3,}})"
    rf"|[{_LATIN}](?:[{_LATIN}0-9₀-₉.+/%'’_]|-(?![{_LATIN}]{{3,}})|(?<![{_LATIN}]{{3}})-)*"
    r"|.",
    re.DOTALL,
)
_STARTS_NUMBER = re.compile(rf"(?:{_SIGN})?[0-9０-９]")


def unbroken(text: str) -> str:
    """Make a text that no line break may enter, by U+00A0 for spaces and U+2060 between all other characters."""
    return "\u2060".join(plain(text).replace(" ", "\u00a0"))


def plain(text: str) -> str:
    """Take the joiners out again, for drawing, copying and export."""
    return text.replace("\u2060", "").replace("\u00a0", " ").replace("\u202f", " ")


def tokens(text: str) -> list[str]:
    """Cut a text into the pieces that must stay whole; joined again they are the text."""
    pieces: list[str] = []
    for match in _TOKEN.finditer(text):
        token = match.group()
        if pieces and _sticks(pieces[-1], token):
            pieces[-1] += token
        else:
            pieces.append(token)
    return pieces


def break_lines(
    text: str, measure: Callable[[str], float], width: float, first: float | None = None
) -> list[str]:
    """Fill lines up to `width`; only a single unbreakable piece may be wider. Joined, the lines are the text.

    `measure` gives a width in the unit of `width` and must be additive. `first` is the room of the first line, if it
    differs. Spaces at a line's end hang over the edge: strip them before drawing.
    """
    lines: list[str] = []
    line, used, room = "", 0.0, width if first is None else first
    for token in tokens(text):
        if line and used + measure(token.rstrip(" ")) > room:
            lines.append(line)
            line, used, room = "", 0.0, width
        line += token
        used += measure(token)
    return [*lines, line]


def _sticks(before: str, token: str) -> bool:
    last, head = before[-1], token[0]
    if last in JOINERS or head in JOINERS or head == " ":
        return True
    if head in NO_START or last in NO_END:
        return True
    return last in "：:" and _STARTS_NUMBER.match(token) is not None
