"""How a name may sound, so that a registrar finds 单雄信 by `sxx` as well as by `dxx`.

Surnames are read as surnames (单 shan, 仇 qiu), other characters by every usual reading, at most eight readings in
all. A Latin name is its own reading; the middle dot of minority names is left out.
"""

from __future__ import annotations

import itertools
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

MOST: Final = 8
_HAN: Final = re.compile(r"[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


@dataclass(frozen=True, slots=True)
class Readings:
    """Readings of one name, most likely first: whole (`zhangwei`), initials (`zw`), syllables apart (`zhang wei`)."""

    full: tuple[str, ...]
    initials: tuple[str, ...]
    spaced: tuple[str, ...] = ()


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads((resources.files("resources") / "knowledge" / "surnames.toml").read_text("utf-8"))


def readings(name: str) -> Readings:
    """Give the readings of a Chinese, Latin or mixed name; both empty for an empty name."""
    text = unicodedata.normalize("NFC", name).strip()
    family = surname(text)
    parts = [_surname_readings(family)] if family else []
    parts += [_alternatives(word) for word in _words(text[len(family) :])]
    if not parts:
        return Readings((), ())
    combined = itertools.islice(itertools.product(*_bounded(parts)), MOST)
    spelled = [tuple(itertools.chain.from_iterable(choice)) for choice in combined]
    return Readings(
        tuple(dict.fromkeys("".join(s) for s in spelled)),
        tuple(dict.fromkeys("".join(syllable[0] for syllable in s) for s in spelled)),
        tuple(dict.fromkeys(" ".join(s) for s in spelled)),
    )


def _words(text: str) -> list[str]:
    """Cut a name into single Han characters and Latin words."""
    return re.findall(
        rf"{_HAN.pattern}|[^\W\d_]+?(?={_HAN.pattern}|[\W\d_]|$)", re.sub(r"[·•・.'’\-]", " ", text)
    )


def surname(text: str) -> str:
    """Give the surname a name begins with where its reading or length is special; else an empty text."""
    surnames = _table()["surname"]
    if len(text) > 2 and text[:2] in surnames:
        return text[:2]
    return text[:1] if text[:1] in surnames else ""


def _surname_readings(family: str) -> list[tuple[str, ...]]:
    return [tuple(reading.split()) for reading in _table()["surname"][family]]


def _alternatives(word: str) -> list[tuple[str, ...]]:
    """Give each reading of a character or Latin word."""
    if not _HAN.match(word):
        return [(_latin(word),)]
    if word in _table()["given"]:
        return [(reading,) for reading in _table()["given"][word]]
    from pypinyin import Style, pinyin  # its dictionaries cost 50 ms and are needed only here

    found = pinyin(word, style=Style.NORMAL)[0]
    return [(_latin(syllable),) for syllable in found]


def _latin(text: str) -> str:
    """Fold a Latin text to plain letters; a character without a reading stays itself."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in folded if not unicodedata.combining(c))


def _bounded(parts: list[list[tuple[str, ...]]]) -> list[list[tuple[str, ...]]]:
    """Keep alternatives, first characters first, while their product stays within MOST."""
    kept: list[list[tuple[str, ...]]] = []
    product = 1
    for part in parts:
        room = max(1, MOST // product)
        kept.append(part[:room])
        product *= len(kept[-1])
    return kept
