"""Orders on a ward that are no medicine (护理级别, 饮食, 监测, ...): the catalogue they are chosen from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from workstation.core.i18n import pick
from workstation.terminology.search import Match, PrefixIndex

Table = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class OrderKind:
    """A kind of order, in the order a sheet lists them. Of an `exclusive` kind only one order runs at a time."""

    code: str
    name_zh: str
    name_en: str
    exclusive: bool

    @property
    def name(self) -> str:
        """The kind in the language of the screen."""
        return pick(self.name_zh, self.name_en)


@dataclass(frozen=True, slots=True)
class WardOrder:
    """One item. `frequency` is how often it is usually carried out, empty where it simply holds; `stat`: done once."""

    code: str
    kind: str
    name_zh: str
    name_en: str
    initials: tuple[str, ...]
    pinyin: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    frequency: str = ""
    stat: bool = False

    @property
    def name(self) -> str:
        """The item in the language of the screen."""
        return pick(self.name_zh, self.name_en)


class WardOrders:
    """Every item of this hospital, in the order of its file, with the kinds they are of."""

    def __init__(self, kinds: Iterable[OrderKind], orders: Iterable[WardOrder]) -> None:
        self.kinds = {kind.code: kind for kind in kinds}
        self._all = tuple(orders)
        self._by_code = {order.code: order for order in self._all}

    def __iter__(self) -> Iterator[WardOrder]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def get(self, code: str) -> WardOrder | None:
        """Give the item with this code, or None."""
        return self._by_code.get(code)

    def exclusive(self, kind: str) -> bool:
        """Say whether a new order of this kind ends the one that runs."""
        return kind in self.kinds and self.kinds[kind].exclusive

    def place(self, kind: str) -> int:
        """Give where a kind stands on a sheet; medicines and unknown kinds stand after all of them."""
        return list(self.kinds).index(kind) if kind in self.kinds else len(self.kinds)

    @cached_property
    def _index(self) -> PrefixIndex:
        return PrefixIndex(
            [(*o.initials, *o.pinyin, o.name_zh, o.name_en, *o.aliases, o.code) for o in self._all]
        )

    def search(self, text: str, limit: int = 9) -> list[tuple[WardOrder, Match]]:
        """Find items by initials, pinyin, name or code, with how well they fit."""
        return [(self._all[hit.entry], hit.match) for hit in self._index.search(text, limit)]


def order_kind(table: Table) -> OrderKind:
    """Read one [[kind]] of ward_orders.toml."""
    return OrderKind(table["code"], table["zh"], table["en"], bool(table["exclusive"]))


def ward_order(table: Table) -> WardOrder:
    """Read one [[order]] of ward_orders.toml."""
    return WardOrder(
        table["code"],
        table["kind"],
        table["zh"],
        table["en"],
        tuple(table["initials"]),
        tuple(table["pinyin"]),
        tuple(table.get("aliases", ())),
        table.get("frequency", ""),
        table.get("term", "long-term") == "stat",
    )
