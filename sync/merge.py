"""Three-way merge of one record: what both sides changed of a common base, element by element. Pure.

It has no opinion about which records may be merged (`sync.conflicts`) nor about what an element means: how lists are
keyed, which data types stand as one, and which elements count as one is a `Table` (`sync.elements` for FHIR R4).
A value that one side changed is taken from that side; two different changes of one element are a clash, and one clash
is enough for nothing to be merged at all. Taking away what the other side edited is a clash, too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

from sync.order import interleave
from workstation.fhir.resources import Resource, content


class _Nothing(Enum):
    """An element that is not there; None stands for JSON's null."""

    HERE = 0


NOTHING: Final = _Nothing.HERE
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """What an element is, as data.

    `keys`: for a list, by the name of its element, what tells its items apart: alternatives, the first one that is
    there in every item and differs between all of them is used. `a+b` joins parts, `a.b` goes down, `a?` may miss.
    `units`: the elements of data types whose parts only mean something together.
    `choices`: elements of which a record has one of several types (`deceasedBoolean`, `deceasedDateTime`).
    `together`: by resource type, elements that count as one: both sides may not have changed parts of them.
    """

    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    units: Collection[frozenset[str]] = ()
    choices: Collection[str] = ()
    together: Mapping[str, Collection[frozenset[str]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Clash:
    """One element that both sides changed, differently; None where a side does not have it."""

    path: str
    base: Any
    ours: Any
    theirs: Any


@dataclass(frozen=True, slots=True)
class Merged:
    """Both sides in one record; `ours` and `theirs` are the paths of what each of them changed alone."""

    resource: Resource
    ours: tuple[str, ...] = ()
    theirs: tuple[str, ...] = ()


def merge(base: Resource, ours: Resource, theirs: Resource, table: Table) -> Merged | tuple[Clash, ...]:
    """Merge two versions of one record over the version both were made from, or give every clash between them.

    `meta` takes no part: the result carries theirs. Raises ValueError for versions of different records.
    """
    names = {(r.get("resourceType"), r.get("id")) for r in (base, ours, theirs)}
    if len(names) != 1:
        raise ValueError("only versions of one record can be merged")
    walk = _Walk(table)
    sides = [{k: v for k, v in r.items() if k != "meta"} for r in (base, ours, theirs)]
    merged = walk.object((), *sides)
    clashes = [*walk.clashes(table.together.get(str(base.get("resourceType")), ()))]
    if clashes:
        return tuple(clashes)
    if "meta" in theirs:
        merged["meta"] = theirs["meta"]
    return Merged(merged, walk.paths(ours=True), walk.paths(ours=False))


@dataclass(frozen=True, slots=True)
class _Change:
    path: Path
    base: Any
    ours: Any
    theirs: Any
    by_ours: bool
    by_theirs: bool

    def within(self, elements: Collection[str]) -> bool:
        """Say whether this is part of one of these elements (`name`, or `list[key]` for one item of a list)."""
        return self.path[0] in elements or self.path[0].partition("[")[0] in elements

    @property
    def clash(self) -> Clash:
        values = [None if v is NOTHING else v for v in (self.base, self.ours, self.theirs)]
        return Clash(".".join(self.path), *values)


class _Walk:
    """One pass over three versions, noting who changed what."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._changes: list[_Change] = []

    def clashes(self, together: Collection[frozenset[str]]) -> Iterator[Clash]:
        """Give what both sides changed, and what they changed of elements that count as one."""
        bad = {change.path for change in self._changes if change.by_ours and change.by_theirs}
        for elements in together:
            touched = [change for change in self._changes if change.within(elements)]
            if any(c.by_ours for c in touched) and any(c.by_theirs for c in touched):
                bad |= {change.path for change in touched}
        return (change.clash for change in self._changes if change.path in bad)

    def paths(self, *, ours: bool) -> tuple[str, ...]:
        """Give the paths one side changed alone."""
        return tuple(".".join(c.path) for c in self._changes if (c.by_ours if ours else c.by_theirs))

    def object(self, path: Path, base: Resource, ours: Resource, theirs: Resource) -> Resource:
        """Merge the elements of one object."""
        merged: Resource = {}
        for name, keys in self._elements(base, ours, theirs):
            if len(keys) == 1:
                value = self._value(
                    (*path, name), *(side.get(keys[0], NOTHING) for side in (base, ours, theirs))
                )
                if value is not NOTHING:
                    merged[keys[0]] = value
            else:
                sides = ({k: side[k] for k in keys if k in side} for side in (base, ours, theirs))
                merged |= self._unit((*path, name), *sides)
        return merged

    def _elements(self, *sides: Resource) -> Iterator[tuple[str, list[str]]]:
        """Walk the elements: a primitive with its extension, and a choice of types, are one element each."""
        found: dict[str, list[str]] = {}
        for key in sorted(set().union(*sides)):
            found.setdefault(self._element_of(key.lstrip("_")), []).append(key)
        yield from found.items()

    def _element_of(self, name: str) -> str:
        for choice in self._table.choices:
            if name.startswith(choice) and name[len(choice) : len(choice) + 1].isupper():
                return choice
        return name

    def _value(self, path: Path, base: Any, ours: Any, theirs: Any) -> Any:
        if _same(ours, theirs) or _same(ours, base) or _same(theirs, base):
            return self._unit(path, base, ours, theirs)
        if isinstance(ours, dict) and isinstance(theirs, dict) and isinstance(base, dict | _Nothing):
            sides = ({} if base is NOTHING else base, ours, theirs)
            if not self._one_unit(*sides):
                return self.object(path, *sides)
        if isinstance(ours, list) and isinstance(theirs, list) and isinstance(base, list | _Nothing):
            merged = self._list(path, [] if base is NOTHING else base, ours, theirs)
            if merged is not None:
                return merged or NOTHING
        return self._unit(path, base, ours, theirs)

    def _unit(self, path: Path, base: Any, ours: Any, theirs: Any) -> Any:
        """Merge what stands or falls as a whole; a clash is noted, and what is returned then does not matter."""
        if _same(ours, theirs):
            return theirs
        by_ours, by_theirs = not _same(ours, base), not _same(theirs, base)
        if by_ours and by_theirs:
            self._changes.append(_Change(path, base, ours, theirs, by_ours, by_theirs))
        else:
            self._changes += self._one_sided(path, base, ours, theirs, by_ours)
        return ours if by_ours else theirs

    def _one_sided(self, path: Path, base: Any, ours: Any, theirs: Any, by_ours: bool) -> Iterator[_Change]:
        """Name what one side changed; of a keyed list at the top, the single items."""
        sides = [[] if side is NOTHING else side for side in (base, ours, theirs)]
        keyed = (
            self._keyed(path, *sides) if len(path) == 1 and all(isinstance(s, list) for s in sides) else None
        )
        if keyed is None:
            yield _Change(path, base, ours, theirs, by_ours, not by_ours)
            return
        for key in _all_keys(keyed):
            before, here, there = (side.get(key, NOTHING) for side in keyed)
            if not _same(here, there):
                yield _Change((f"{path[0]}[{key}]",), before, here, there, by_ours, not by_ours)

    def _one_unit(self, *sides: Resource) -> bool:
        present = set().union(*sides) - {"id", "extension"}
        return any(present <= unit for unit in self._table.units)

    def _list(self, path: Path, base: list[Any], ours: list[Any], theirs: list[Any]) -> list[Any] | None:
        """Merge two lists item by item; None where the items cannot be told apart, or both sides moved them."""
        keyed = self._keyed(path, base, ours, theirs)
        if keyed is None:
            return None
        before, here, there = keyed
        order = interleave(list(before), list(here), list(there))
        if order is None:
            return None
        merged = []
        for key in order:
            sides = (side.get(key, NOTHING) for side in keyed)
            item = self._value((*path[:-1], f"{path[-1]}[{key}]"), *sides)
            if item is not NOTHING:
                merged.append(item)
        return merged

    def _keyed(self, path: Path, *lists: list[Any]) -> list[dict[str, Any]] | None:
        for spec in ("id", *self._table.keys.get(path[-1].partition("[")[0], ())):
            keyed = [_by_key(spec, items) for items in lists]
            if all(side is not None for side in keyed):
                return [side for side in keyed if side is not None]
        return None


def _all_keys(sides: Sequence[Mapping[str, Any]]) -> list[str]:
    return list(dict.fromkeys(key for side in sides for key in side))


def _by_key(spec: str, items: list[Any]) -> dict[str, Any] | None:
    """Give the items by their key, or None when one has none or two have the same."""
    found: dict[str, Any] = {}
    for item in items:
        key = _key(spec, item) if isinstance(item, dict) else None
        if key is None or key in found:
            return None
        found[key] = item
    return found


def _key(spec: str, item: Resource) -> str | None:
    parts = []
    for part in spec.split("+"):
        value: Any = item
        for name in part.rstrip("?").split("."):
            value = value.get(name) if isinstance(value, dict) else None
        if value is None and not part.endswith("?"):
            return None
        parts.append(value if isinstance(value, str) else "" if value is None else _bytes(value).decode())
    return "|".join(parts).rstrip("|")


def _same(one: Any, other: Any) -> bool:
    if one is NOTHING or other is NOTHING:
        return one is other
    return _bytes(one) == _bytes(other)


def _bytes(value: Any) -> bytes:
    """Write a value so that equal ones are equal: as `content` does for whole records."""
    return content({"": value})
