"""What a downloaded page holds, what to ask for next, and how far the cursor may move. Pure, like the planner.

`Ascent` reads a search sorted by `lastUpdated`. It pages by stamp, not by link: rows that move while a list is read
by offset make others slip through, so the next question is always "from the last stamp on". A link is followed only
through rows that share one stamp, or where a server does not keep the order it was asked for.
`Replay` reads a history. It keeps the newest version of each record, whichever way the server sorts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from typing import Final

from sync.wire import etag_version
from workstation.core.clock import parse_instant
from workstation.core.events import Ref
from workstation.fhir.resources import Resource, as_list, updated_of, version_of

Rank = tuple[datetime, int | None]
_EVER: Final = datetime.min.replace(tzinfo=UTC)
_NEVER: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of a history; `resource` is None for a deletion, `stamp` is empty where the centre gives none."""

    type: str
    id: str
    version: str
    stamp: str
    resource: Resource | None


@dataclass(frozen=True, slots=True)
class Step:
    """What to store of a page, the cursor after it, and what comes next: a link, a stamp to ask from, or neither."""

    since: str
    resources: Sequence[Resource] = ()
    deleted: Sequence[Change] = ()
    follow: str = ""
    ask: str | None = None

    @property
    def done(self) -> bool:
        """Say whether everything has been read."""
        return not self.follow and self.ask is None


def found(bundle: Resource, kind: str) -> list[Resource]:
    """Give the records of one type in a search page; what else the centre put there is not for us."""
    return [
        resource
        for entry in as_list(bundle.get("entry"))
        if isinstance(resource := entry.get("resource"), dict)
        and resource.get("resourceType") == kind
        and resource.get("id")
    ]


def changes(bundle: Resource, kinds: Collection[str]) -> list[Change]:
    """Give the changes of some types in a history page."""
    return [
        change
        for entry in as_list(bundle.get("entry"))
        if (change := _change(entry)) is not None and change.type in kinds
    ]


def _change(entry: Resource) -> Change | None:
    resource, response = entry.get("resource"), entry.get("response") or {}
    if isinstance(resource, dict) and resource.get("id") and resource.get("resourceType"):
        return Change(
            resource["resourceType"],
            resource["id"],
            version_of(resource),
            updated_of(resource) or str(response.get("lastModified", "")),
            resource,
        )
    request = entry.get("request") or {}
    status = str(response.get("status", ""))
    parts = str(request.get("url") or entry.get("fullUrl") or "").split("/_history/")[0].split("/")
    if len(parts) < 2 or not (request.get("method") == "DELETE" or status.startswith(("204", "410"))):
        return None
    version = etag_version(str(response.get("etag", "")))
    return Change(parts[-2], parts[-1], version, str(response.get("lastModified", "")), None)


@dataclass(slots=True)
class Ascent:
    """One type read by search. `since` is the cursor, `asked` the stamp the present question began at (empty: none)."""

    since: str
    asked: str
    _highest: str = ""
    _orderly: bool = True
    _followed: bool = False
    _fresh: bool = False
    _met: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._highest = self.since

    def restart(self) -> str:
        """Give the stamp to ask from when a page can no longer be had."""
        return self.asked

    def step(self, resources: Sequence[Resource], link: str) -> Step:
        """Take one page; `link` is its link to a next one, or empty."""
        stamps = [updated_of(resource) for resource in resources]
        self._orderly = self._orderly and _ascending([self.asked, *stamps] if self.asked else stamps)
        self._highest = latest([self._highest, *stamps])
        self._meet(resources)
        if not link:
            return self._end(resources)
        if self._orderly and stamps and moment(stamps[-1]) > moment(self.asked):
            return self._climb(resources, stamps[-1])
        self._followed = True
        return Step(self.since, resources, follow=link)

    def _climb(self, resources: Sequence[Resource], last: str) -> Step:
        if self._followed and self._fresh:
            self._followed = self._fresh = False
            return Step(self.since, resources, ask=self.asked)
        self._followed, self._fresh, self._met = False, False, set()
        self.since = self.asked = last
        return Step(last, resources, ask=last)

    def _end(self, resources: Sequence[Resource]) -> Step:
        if self._followed and self._fresh:
            self._followed = self._fresh = False
            return Step(self.since, resources, ask=self.asked)
        self.since = self._highest
        return Step(self.since, resources)

    def _meet(self, resources: Iterable[Resource]) -> None:
        keys = {hash((r["id"], version_of(r))) for r in resources}
        self._fresh = self._fresh or not keys <= self._met
        self._met |= keys


@dataclass(slots=True)
class Replay:
    """One history read from `since` on; `oldest_first` is true only where the centre promises that order."""

    since: str
    oldest_first: bool = False
    _highest: str = ""
    _pages: int = 0
    _fresh: bool = False
    _best: dict[tuple[str, str], Rank] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._highest = self.since

    def restart(self) -> str:
        """Give the stamp to ask from when a page can no longer be had."""
        self._pages = 0
        return self.since

    def step(self, page: Sequence[Change], link: str) -> Step:
        """Take one page; `link` is its link to a next one, or empty."""
        self._pages += 1
        fresh = self._newest(page)
        self._fresh = self._fresh or bool(fresh)
        self._highest = latest([self._highest, *(change.stamp for change in page)])
        if self.oldest_first or not link:
            self.since = self._highest
        resources = [change.resource for change in fresh if change.resource is not None]
        deleted = [change for change in fresh if change.resource is None]
        if link:
            return Step(self.since, resources, deleted, follow=link)
        again = self._pages > 1 and self._fresh
        self._pages, self._fresh = 0, False
        return Step(self.since, resources, deleted, ask=self.since if again else None)

    def _newest(self, page: Sequence[Change]) -> list[Change]:
        chosen: dict[tuple[str, str], Change] = {}
        for change in page:
            key, rank = (change.type, change.id), _rank(change)
            if key not in self._best or self._outranks(rank, self._best[key]):
                self._best[key] = rank
                chosen[key] = change
        return list(chosen.values())

    def _outranks(self, rank: Rank, best: Rank) -> bool:
        """Compare two versions of one record; stamps that tie without numbers are told apart by their order here."""
        if rank[0] != best[0]:
            return rank[0] > best[0]
        if rank[1] is not None and best[1] is not None:
            return rank[1] > best[1]
        return self.oldest_first


def _rank(change: Change) -> Rank:
    """Give stamp and number; a deletion without a stamp is settled by asking, so nothing outranks it."""
    if change.resource is None and not change.stamp:
        return _NEVER, None
    return moment(change.stamp), int(change.version) if change.version.isdecimal() else None


def latest(stamps: Iterable[str]) -> str:
    """Give the latest of some instants as the centre wrote it; empty ones do not count."""
    return max(stamps, key=moment, default="")


def moment(stamp: str) -> datetime:
    """Read an instant; what is empty or unreadable lies before all others."""
    try:
        return parse_instant(stamp) if stamp else _EVER
    except ValueError:
        return _EVER


def _ascending(stamps: Sequence[str]) -> bool:
    moments = [moment(stamp) for stamp in stamps]
    return _EVER not in moments and all(a <= b for a, b in pairwise(moments))


def newest_stamp(bundle: Resource) -> str:
    """Give the latest stamp a history page shows, or an empty text."""
    shown = [_change(entry) for entry in as_list(bundle.get("entry"))]
    return latest(change.stamp for change in shown if change is not None)


def ref(change: Change) -> Ref:
    """Give the reference of what changed."""
    return Ref(change.type, change.id)
