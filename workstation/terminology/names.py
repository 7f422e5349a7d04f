"""Names of people: which ones are mixed up when heard, and how one is shown where the public can read it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from workstation.terminology.pinyin import readings, surname

DOTS: Final = re.compile(r"\s*[·•・‧･∙⋅]\s*")


class Alike(StrEnum):
    """Why two people on one list can be mixed up by their names."""

    SAME = "same-name"
    SOUND = "same-sound"


def key_of(name: str) -> str:
    """Give what makes two spellings the same name: no blanks, one kind of middle dot, no case."""
    return re.sub(r"\s+", "", DOTS.sub("·", name)).casefold()


def sounds(name: str) -> frozenset[str]:
    """Give every way a name may be read, without tones; Latin names read as they are written."""
    return frozenset(readings(name).full)


def alike(people: Iterable[tuple[str, str]]) -> Mapping[str, Alike]:
    """Say which of the `(id, name)` on a list share a name, or its sound, with somebody else on it.

    Who shares the whole name is marked `SAME`, even when another only sounds alike.
    """
    listed = {id_: name for id_, name in people if name}
    by_name: dict[str, set[str]] = {}
    by_sound: dict[str, set[str]] = {}
    for id_, name in listed.items():
        by_name.setdefault(key_of(name), set()).add(id_)
        for sound in sounds(name):
            by_sound.setdefault(sound, set()).add(id_)
    marks = {id_: Alike.SOUND for ids in by_sound.values() if len(ids) > 1 for id_ in ids}
    marks.update({id_: Alike.SAME for ids in by_name.values() if len(ids) > 1 for id_ in ids})
    return marks


def masked(name: str) -> str:
    """Give a name for a public screen: 张伟 张*, 张小明 张*明, 欧阳建国 欧阳*国, JOHN SMITH J* S*."""
    text = name.strip()
    if text.isascii():
        return re.sub(r"(\w)[\w'’-]*", r"\1*", text)
    first = surname(text) or text[:1]
    rest = text[len(first) :]
    return f"{first}*{rest[-1]}" if len(rest) > 1 else f"{first}*"
