"""Searches and histories of a simulated server, with the ways in which real ones page, cache and lag."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from tests.sync.simulation.ledger import Ledger, Version, _named
from tests.sync.simulation.profiles import Paging, Profile, Tombstone
from workstation.fhir.resources import Resource

BASE: Final = "https://centre.test/fhir"
_IDENTITY: Final = ("identifier", "_tag")


class Problem(Exception):
    """An answer that is no list: a status and its words."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


@dataclass(slots=True)
class _Kept:
    """The rows of one list, as the server remembers them."""

    rows: list[Version]
    made: datetime
    history: bool
    count: int


@dataclass
class Lists:
    """Reads a ledger. Times are the server's."""

    profile: Profile
    ledger: Ledger
    now: Callable[[], datetime]
    kept: dict[str, _Kept] = field(default_factory=dict)
    cached: dict[str, tuple[datetime, Resource]] = field(default_factory=dict)

    def expire(self) -> None:
        """Forget every list that is being paged through."""
        self.kept.clear()

    def search(self, kind: str, params: Mapping[str, str], fresh: bool) -> Resource:
        """Answer a search; `fresh` is the client's objection to an answer from memory."""
        address = f"{kind}?{urlencode(sorted(params.items()))}"
        memory = self.cached.get(address)
        remembered = memory is not None and self.now() - memory[0] < timedelta(seconds=self.profile.cache)
        if memory is not None and remembered and not fresh:
            return memory[1]
        rows = self._found(kind, params)
        if params.get("_summary") == "count":
            return {"resourceType": "Bundle", "type": "searchset", "total": len(rows)}
        bundle = self._page(f"{BASE}/{kind}", params, rows, history=False)
        self.cached[address] = self.now(), bundle
        return bundle

    def history(self, kind: str, params: Mapping[str, str]) -> Resource:
        """Answer the history of one type, or of all for an empty `kind`."""
        offered = self.profile.type_history if kind else self.profile.system_history
        if not offered:
            raise Problem(404 if self.profile.gone == 404 else 400, "no such history")
        since = _moment(params.get("_since", ""))
        rows = [v for v in self.ledger.log if not kind or v.kind == kind]
        rows = [v for v in rows if since is None or datetime.fromisoformat(v.stamp) >= since]
        rows.sort(key=_place, reverse=not (self.profile.feed and params.get("_sort") == "_lastUpdated"))
        return self._page(
            f"{BASE}/{kind}/_history" if kind else f"{BASE}/_history", params, rows, history=True
        )

    def versions(self, kind: str, id_: str) -> Resource:
        """Answer the history of one record, newest first."""
        rows = self.ledger.of.get((kind, id_), [])
        if not rows:
            raise Problem(404, "not known")
        return _bundle("history", [self._past(v) for v in reversed(rows)])

    def follow(self, token: str) -> Resource:
        """Answer the page behind a link of `Paging.KEPT`."""
        name, _, offset = token.partition(".")
        kept = self.kept.get(name)
        if kept is None or self.now() - kept.made > timedelta(seconds=self.profile.page_life):
            raise Problem(410, "this list is no longer known")
        return self._kept_page(name, kept, int(offset))

    def _found(self, kind: str, params: Mapping[str, str]) -> list[Version]:
        rows = self._indexed(kind)
        since = _moment(params.get("_lastUpdated", "").removeprefix("ge"))
        if since is not None:
            rows = [v for v in rows if datetime.fromisoformat(v.stamp) >= since]
        if "_id" in params:
            rows = [v for v in rows if v.id in params["_id"].split(",")]
        for name in _IDENTITY:
            if name in params:
                rows = [v for v in rows if v.body and _named(v.body, {name: params[name]})]
        newest_first = params.get("_sort", "").startswith("-")
        return sorted(rows, key=_place, reverse=newest_first)

    def _indexed(self, kind: str) -> list[Version]:
        """Give what a search knows: with a slow index, what was current a moment ago."""
        if not self.profile.index_lag:
            return list(self.ledger.living(kind))
        horizon = self.now() - timedelta(seconds=self.profile.index_lag)
        seen: dict[str, Version] = {}
        for version in self.ledger.log:
            if version.kind == kind and version.at <= horizon:
                seen[version.id] = version
        return [v for v in seen.values() if v.body is not None and self.ledger.current(v.key) is not None]

    def _page(self, path: str, params: Mapping[str, str], rows: list[Version], *, history: bool) -> Resource:
        count = min(self.profile.page, int(params.get("_count", "20")))
        if self.profile.paging is Paging.KEPT:
            name = f"p{self.ledger.serial}x{len(self.kept)}"
            kept = _Kept(rows, self.now(), history, count)
            if len(rows) > count:
                self.kept[name] = kept
            return self._kept_page(name, kept, 0)
        if self.profile.paging is Paging.BEHIND and "_behind" in params:
            order = int(params["_behind"])
            rows = rows[next((n + 1 for n, v in enumerate(rows) if v.order == order), len(rows)) :]
        offset = int(params.get("_offset", "0")) if self.profile.paging is Paging.OFFSET else 0
        shown = rows[offset : offset + count]
        bundle = self._shown(shown, history)
        if offset + count < len(rows):
            mark = (
                {"_offset": str(offset + count)}
                if self.profile.paging is Paging.OFFSET
                else {"_behind": str(shown[-1].order)}
            )
            bundle["link"] = [{"relation": "next", "url": f"{path}?{urlencode({**params, **mark})}"}]
        return bundle

    def _kept_page(self, name: str, kept: _Kept, offset: int) -> Resource:
        shown = kept.rows[offset : offset + kept.count]
        if not kept.history:  # the ids were kept, the records are read now
            shown = [v for row in shown if (v := self.ledger.current(row.key)) is not None]
        bundle = self._shown(shown, kept.history)
        if offset + kept.count < len(kept.rows):
            url = f"{BASE}?_getpages={name}.{offset + kept.count}"
            bundle["link"] = [{"relation": "next", "url": url}]
        return bundle

    def _shown(self, rows: list[Version], history: bool) -> Resource:
        if history:
            return _bundle("history", [self._past(v) for v in rows])
        return _bundle("searchset", [{"resource": v.body, "search": {"mode": "match"}} for v in rows])

    def _past(self, version: Version) -> Resource:
        url = f"{version.kind}/{version.id}"
        if version.body is not None:
            return {"resource": version.body, "request": {"method": "PUT", "url": url}}
        entry: Resource = {"request": {"method": "DELETE", "url": url}, "response": {"status": "204"}}
        if self.profile.tombstone is Tombstone.GONE:
            entry = {"fullUrl": f"{BASE}/{url}", "response": {"status": "410"}}
        if self.profile.tombstone is not Tombstone.TIMELESS:
            entry["response"]["lastModified"] = version.stamp
        return entry


def _bundle(kind: str, entries: list[Resource]) -> Resource:
    return {"resourceType": "Bundle", "type": kind, "entry": entries}


def _place(version: Version) -> tuple[datetime, int]:
    return datetime.fromisoformat(version.stamp), version.order


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text.replace(" ", "+")) if text else None
