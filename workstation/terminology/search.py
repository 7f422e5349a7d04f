"""One search for drugs, diagnoses, allergens and phrases: prefix first, then anywhere, in pinyin, Latin, code or Han.

The entries arrive in their standing order (most common first), so an entry's number is its rank. Prefixes are
found by bisection in the sorted keys; a text in the middle is found in one long string that holds every key in
rank order, so that the search can stop as soon as the list on the screen is full.
"""

from __future__ import annotations

import heapq
import re
import unicodedata
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

_DROP = str.maketrans("", "", " \t\r\n.,·-–—()（）/、，。%'\u00a0\u2060\u3000")
_END = "\U0010ffff"
_LATIN = re.compile(r"[\x00-\x7f]+")


def normalise(text: str) -> str:
    """Give a text as keys are compared: full-width forms folded, lower case, no blanks or punctuation."""
    return unicodedata.normalize("NFKC", text).casefold().translate(_DROP)


class Match(IntEnum):
    """How well a key fits; smaller is better."""

    EXACT = 0
    PREFIX = 1
    INSIDE = 2


@dataclass(frozen=True, slots=True)
class Hit:
    """The number of an entry and how it was found."""

    entry: int
    match: Match


class _Blob:
    """All keys of one alphabet in one string, in rank order."""

    def __init__(self, keys: Iterable[tuple[str, int]]) -> None:
        parts: list[str] = []
        self._starts = array("L")
        self._entries = array("L")
        length = 0
        for key, entry in keys:
            self._starts.append(length)
            self._entries.append(entry)
            parts.append(key)
            length += len(key) + 1
        self._text = "\n".join(parts)

    def holds(self, entry: int, wanted: str) -> bool:
        """Say whether a key of this entry has `wanted` in it."""
        first, last = bisect_left(self._entries, entry), bisect_right(self._entries, entry)
        if first == last:
            return False
        end = self._starts[last] if last < len(self._starts) else len(self._text)
        return self._text.find(wanted, self._starts[first], end) >= 0

    def find(self, wanted: str, limit: int, skip: set[int]) -> list[int]:
        """Give up to `limit` entries holding `wanted`, best rank first, without those in `skip`."""
        found: list[int] = []
        seen = set(skip)
        at = self._text.find(wanted)
        while at >= 0 and len(found) < limit:
            place = bisect_right(self._starts, at) - 1
            entry = self._entries[place]
            if entry not in seen:
                seen.add(entry)
                found.append(entry)
            if place + 1 == len(self._starts):
                break
            at = self._text.find(wanted, self._starts[place + 1])
        return found


class PrefixIndex:
    """An index over entries given as lists of keys, in rank order."""

    def __init__(self, keys: Sequence[Iterable[str]]) -> None:
        pairs: list[tuple[str, int]] = []
        for entry, names in enumerate(keys):
            pairs.extend((key, entry) for key in dict.fromkeys(normalise(n) for n in names) if key)
        self._latin = _Blob((part, entry) for key, entry in pairs for part in _latin_parts(key))
        self._han = _Blob(p for p in pairs if not p[0].isascii())
        self._size = len(keys)
        pairs.sort()
        self._keys = [key for key, _ in pairs]
        self._entries = array("L", (entry for _, entry in pairs))

    def __len__(self) -> int:
        return self._size

    def search(self, text: str, limit: int = 9, boost: Mapping[int, int] | None = None) -> list[Hit]:
        """Give up to `limit` hits: exact keys, then prefixes, then anywhere; within each, boosted entries first.

        `boost` counts how often this user picked an entry. Several words must all fit the entry.
        """
        wanted = normalise(text)
        if not wanted:
            return []
        hits = self._whole(wanted, limit, boost or {})
        words = [normalise(w) for w in text.split()]
        if not hits and len(words) > 1:
            hits = self._all_words([w for w in words if w], limit)
        return hits

    def _whole(self, wanted: str, limit: int, boost: Mapping[int, int]) -> list[Hit]:
        low, high = bisect_left(self._keys, wanted), bisect_left(self._keys, wanted + _END)
        exact = set(self._entries[low : bisect_right(self._keys, wanted, low, high)])
        prefixed = set(self._entries[low:high]) - exact
        hits = [Hit(e, Match.EXACT) for e in _best(exact, limit, boost)]
        hits += [Hit(e, Match.PREFIX) for e in _best(prefixed, limit - len(hits), boost)]
        if len(hits) < limit:
            blob = self._latin if wanted.isascii() else self._han
            known = exact | prefixed
            liked = {e for e in boost if e not in known and blob.holds(e, wanted)}
            inside = liked.union(blob.find(wanted, limit - len(hits), known))
            hits += [Hit(e, Match.INSIDE) for e in _best(inside, limit - len(hits), boost)]
        return hits

    def _all_words(self, words: Sequence[str], limit: int) -> list[Hit]:
        common: set[int] | None = None
        for word in words:
            blob = self._latin if word.isascii() else self._han
            found = set(blob.find(word, self._size, set()))
            common = found if common is None else common & found
        return [Hit(e, Match.INSIDE) for e in _best(common or set(), limit, {})]


def _latin_parts(key: str) -> list[str]:
    """Give a Latin key whole, and of a Han key its Latin stretches: B12 of 维生素B12."""
    return [key] if key.isascii() else _LATIN.findall(key)


def _best(entries: set[int], limit: int, boost: Mapping[int, int]) -> list[int]:
    if limit <= 0:
        return []
    liked = sorted((e for e in boost if e in entries), key=lambda e: (-boost[e], e))[:limit]
    rest = heapq.nsmallest(limit - len(liked), entries.difference(liked)) if len(liked) < limit else []
    return liked + rest
