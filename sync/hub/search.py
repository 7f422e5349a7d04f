"""From the text of a search to a `Query` that says exactly what is asked; the store turns it into SQL.

Strict: a parameter that is not on the list is refused by name, because a search that silently ignores a filter
answers with other people's records. `Prefer: handling=lenient` asks for the other behaviour.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sync.hub.errors import FhirError, bad_request
from sync.hub.store.rows import parameters
from sync.hub.validation import TYPES
from workstation.fhir.search import ALIASES, date_interval

DEFAULT_COUNT: Final = 50
MOST: Final = 1000
PREFIXES: Final = ("eq", "ne", "gt", "lt", "ge", "le", "sa", "eb")
PRESENTATION: Final = ("_format", "_pretty")
_CHAIN: Final = re.compile(
    r"(?P<outer>[a-z-]+)(?::(?P<target>[A-Za-z]+))?\.(?P<inner>[\w-]+)(?::(?P<modifier>[A-Za-z]+))?"
)
_MODIFIERS: Final = {
    "token": ("", "not", "missing"),
    "reference": ("", "missing"),
    "date": ("", "missing"),
    "string": ("", "exact", "contains", "missing"),
    "id": ("",),
    "updated": ("",),
}

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Value:
    """One alternative of a criterion.

    Tokens: `text` is the code, `system` None for any. References: `text` is the id, `system` the type or None.
    Dates: `prefix` and the UTC interval `low`..`high`. Strings: `text`.
    """

    text: str = ""
    system: str | None = None
    prefix: str = "eq"
    low: str = ""
    high: str = ""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One condition; its values are alternatives.

    Of kind `chain` it asks that the reference points at a `target` (a type) for which `inner` holds.
    """

    name: str
    kind: str
    modifier: str = ""
    values: tuple[Value, ...] = ()
    target: str = ""
    inner: Criterion | None = None


@dataclass(frozen=True, slots=True)
class Sort:
    """One key of the order: `_lastUpdated`, `_id` or an indexed parameter."""

    name: str
    descending: bool


@dataclass(frozen=True, slots=True)
class Include:
    """Resources to send along: what `source.param` points at, or (reverse) what points here by it."""

    source: str
    param: str
    target: str
    iterate: bool
    reverse: bool


@dataclass(frozen=True, slots=True)
class Query:
    """A search, understood. `used` holds the parameters as they were taken, for the self link."""

    type: str
    criteria: tuple[Criterion, ...] = ()
    sort: tuple[Sort, ...] = ()
    count: int = DEFAULT_COUNT
    total: bool = False
    count_only: bool = False
    elements: tuple[str, ...] = ()
    includes: tuple[Include, ...] = ()
    used: Pairs = ()

    @property
    def by_change(self) -> bool:
        """Say whether rows come in the order of the change log, oldest first."""
        return not self.sort or (self.sort[0].name == "_lastUpdated" and not self.sort[0].descending)


def parse(kind: str, pairs: Iterable[tuple[str, str]], lenient: bool = False) -> Query:
    """Understand a search on one type. Raises FhirError (400) naming what is wrong."""
    return _Parser(kind, lenient).run(pairs)


class _Parser:
    """Collects the parts of one search."""

    def __init__(self, kind: str, lenient: bool) -> None:
        self.kind = kind
        self.lenient = lenient
        self.criteria: list[Criterion] = []
        self.sort: tuple[Sort, ...] = ()
        self.count = DEFAULT_COUNT
        self.total = False
        self.count_only = False
        self.elements: tuple[str, ...] = ()
        self.includes: list[Include] = []
        self.used: list[tuple[str, str]] = []

    def run(self, pairs: Iterable[tuple[str, str]]) -> Query:
        for name, value in pairs:
            if name in PRESENTATION:
                continue
            if self._take(name, value):
                self.used.append((name, value))
        return Query(
            self.kind,
            tuple(self.criteria),
            self.sort,
            self.count,
            self.total,
            self.count_only,
            self.elements,
            tuple(self.includes),
            tuple(self.used),
        )

    def _take(self, name: str, value: str) -> bool:
        plain, _, modifier = name.partition(":")
        special = {
            "_sort": self._sort,
            "_count": self._count,
            "_total": self._total,
            "_summary": self._summary,
            "_elements": self._elements,
        }
        if name in special:
            special[name](value)
            return True
        if plain in ("_include", "_revinclude"):
            self.includes.append(_include(value, modifier, plain == "_revinclude"))
            return True
        criterion = _chain(self.kind, name, value)
        if criterion is None:
            form, known = _form(self.kind, plain)
            criterion = _criterion(known, form, modifier, value) if form else None
        if criterion is None:
            if self.lenient:
                return False
            raise bad_request(f"Unknown search parameter “{plain}” for {self.kind}.", "not-supported")
        self.criteria.append(criterion)
        return True

    def _sort(self, value: str) -> None:
        keys = []
        for part in value.split(","):
            form, known = _form(self.kind, part.removeprefix("-"))
            if not form:
                raise bad_request(f"Cannot sort {self.kind} by “{part}”.", "not-supported")
            keys.append(Sort(known, part.startswith("-")))
        self.sort = tuple(keys)

    def _count(self, value: str) -> None:
        self.count, self.count_only = page_size(value), self.count_only or value == "0"

    def _total(self, value: str) -> None:
        if value not in ("none", "estimate", "accurate"):
            raise bad_request("_total is none, estimate or accurate.")
        self.total = value != "none"

    def _summary(self, value: str) -> None:
        if value not in ("count", "false"):
            raise bad_request("_summary is count or false on this server.", "not-supported")
        self.count_only = value == "count"

    def _elements(self, value: str) -> None:
        self.elements = tuple(part.strip() for part in value.split(",") if part.strip())


def page_size(value: str) -> int:
    """Read `_count`, capped. Raises FhirError (400) when it is no number."""
    if not re.fullmatch(r"\d{1,9}", value):
        raise bad_request("_count is a whole number.")
    return min(int(value), MOST)


def _form(kind: str, name: str) -> tuple[str, str]:
    """Give the form of a parameter ("" when the type has none of this name) and the name it is indexed by."""
    if name in ("_id", "_lastUpdated"):
        return ("id" if name == "_id" else "updated"), name
    table = parameters(kind)
    known = name if name in table else ALIASES.get(name, name)
    return (table[known][0], known) if known in table else ("", name)


def _chain(kind: str, name: str, value: str) -> Criterion | None:
    """Understand `patient.name` or `subject:Patient.name`, one step deep; None when it is no such thing."""
    found = _CHAIN.fullmatch(name)
    if found is None:
        return None
    form, known = _form(kind, found["outer"])
    target = found["target"] or known.title()
    inner, inner_name = _form(target, found["inner"]) if target in TYPES else ("", "")
    if form != "reference" or inner in ("", "updated"):
        return None
    return Criterion(
        known, "chain", target=target, inner=_criterion(inner_name, inner, found["modifier"] or "", value)
    )


def _criterion(name: str, kind: str, modifier: str, value: str) -> Criterion:
    target = ""
    if kind == "reference" and modifier in TYPES:
        target, modifier = modifier, ""
    if modifier not in _MODIFIERS[kind]:
        raise bad_request(f"The modifier “:{modifier}” is not supported for {name}.", "not-supported")
    if modifier == "missing":
        if value not in ("true", "false"):
            raise bad_request(f"{name}:missing is true or false.")
        return Criterion(name, kind, modifier, (Value(value),))
    values = tuple(_value(name, kind, part, target) for part in _split(value, ","))
    return Criterion(name, kind, modifier, values)


def _value(name: str, kind: str, text: str, target: str) -> Value:
    if kind in ("date", "updated"):
        return _date(name, text)
    if kind == "token":
        parts = [_plain(part) for part in _split(text, "|")]
        return Value(parts[0]) if len(parts) == 1 else Value("|".join(parts[1:]), parts[0])
    text = _plain(text)
    if kind == "reference":
        parts = text.split("/_history/")[0].rstrip("/").split("/")
        return Value(parts[-1], target or (parts[-2] if len(parts) > 1 else None))
    return Value(text)


def _date(name: str, text: str) -> Value:
    prefix, rest = (text[:2], text[2:]) if text[:2] in PREFIXES else ("eq", text)
    interval = date_interval(rest.replace(" ", "+"))
    if interval is None:
        raise bad_request(f"“{rest}” is no date for {name}.")
    return Value(prefix=prefix, low=interval[0], high=interval[1])


def _include(value: str, modifier: str, reverse: bool) -> Include:
    parts = value.split(":")
    source, param, target = (*parts, "")[:3] if len(parts) in (2, 3) else ("", "", "")
    known = ALIASES.get(param, param) if param not in parameters(source) else param
    if source not in TYPES or parameters(source).get(known, ("", ""))[0] != "reference":
        raise bad_request(f"“{value}” names no reference that can be included.", "not-supported")
    if modifier not in ("", "iterate"):
        raise bad_request(f"The modifier “:{modifier}” is not supported for includes.", "not-supported")
    return Include(source, known, target, modifier == "iterate", reverse)


def _split(text: str, mark: str) -> list[str]:
    return re.split(rf"(?<!\\){re.escape(mark)}", text)


def _plain(text: str) -> str:
    return re.sub(r"\\([,|$\\])", r"\1", text)


def too_costly(what: str) -> FhirError:
    """Refuse an answer that would be larger than this server sends."""
    return FhirError(400, "too-costly", f"{what} Ask with a smaller _count.")
