"""Brings the centre's changes here. Each page commits with the cursor that follows it, so no gap can open behind one.

A type is first read whole, by search; then changes and deletions come from the history where the centre keeps one,
and from searches where it does not. What to ask next is decided in `sync.reading`, without a network.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, Protocol

import orjson

from sync.client import Client
from sync.conflicts import MERGER
from sync.errors import Gone, NotFhir, Refused
from sync.pairing import CentreProfile
from sync.reading import Ascent, Change, Replay, Step, changes, found, moment, newest_stamp, ref
from sync.wants import DATED, Wants
from workstation.core.clock import instant
from workstation.core.events import Changed, Ref
from workstation.fhir.resources import Resource
from workstation.store import inbox
from workstation.store.inbox import Page
from workstation.store.store import Store

log = logging.getLogger(__name__)
PAGE: Final = 500
OVERLAP: Final = timedelta(seconds=130)  # a transaction of 120 s, 2 s of clock drift, and a margin
MOST_RESTARTS: Final = 3
ALL: Final = ""


class Stopped(Exception):
    """The reader was asked to stop; what was stored stays, the cursor stands where it may."""


class Inline(Executor):
    """Fetches in the calling thread, for simulations that own every thread."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run at once."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # handed on: result() raises it where the answer is wanted
            future.set_exception(error)
        return future


class _Reader(Protocol):
    """One way to read a list, as `sync.reading` has them."""

    since: str

    def restart(self) -> str:
        """Give the stamp to ask from when a page can no longer be had."""


@dataclass(frozen=True, slots=True)
class Hooks:
    """Whom a download tells: what changed, how far it is (0 to 1); and how it learns that it should stop."""

    publish: Callable[[Changed], None] = lambda changed: None
    progress: Callable[[float], None] = lambda share: None
    stop: Callable[[], bool] = lambda: False


@dataclass(slots=True)
class Pulled:
    """What one pass brought; `skipped` are types the centre would not give."""

    changed: int = 0
    pages: int = 0
    skipped: tuple[str, ...] = ()
    stopped: bool = False


@dataclass(slots=True)
class _List:
    """One list being read: where its cursor lives, how to ask from a stamp, how to take a page."""

    scope: str
    reader: _Reader
    ask: Callable[[str], Resource]
    take: Callable[[Resource, str], Step]
    met: set[str] = field(default_factory=set)


class Pull:
    """One pass over everything this desk keeps a copy of. Raises the SyncError that stops it.

    `ahead` fetches the next page while the current one is stored.
    """

    def __init__(
        self,
        store: Store,
        client: Client,
        profile: CentreProfile,
        wants: Wants,
        ahead: Executor,
        hooks: Hooks,
    ) -> None:
        self._store = store
        self._client = client
        self._probe = profile.probe
        self._wants = wants
        self._ahead = ahead
        self._hooks = hooks
        self._overlap = timedelta(0) if self._probe.change_feed else OVERLAP
        self._done = Pulled()

    def run(self) -> Pulled:
        """Read what is missing, then what changed."""
        offered = frozenset(self._probe.types)
        kinds = [kind for kind in self._wants.types if not offered or kind in offered]
        cursors = self._store.look(inbox.cursors)
        missing = [kind for kind in kinds if not cursors.get(_whole(kind), ("", ""))[1]]
        histories = self._histories(kinds, cursors)
        try:
            for place, kind in enumerate(missing):
                self._hooks.progress(place / len(missing))
                self._patiently(kind, self._read_whole)
            for kind in histories:
                self._patiently(kind, lambda one: self._read_changes(one, kinds))
            if ALL not in histories:
                for kind in kinds:
                    if kind not in missing and kind not in histories:
                        self._patiently(kind, self._read_whole)
        except Stopped:
            self._done.stopped = True
        return self._done

    def _histories(self, kinds: Sequence[str], cursors: dict[str, tuple[str, str]]) -> list[str]:
        """Give the histories to follow, each anchored before anything is read, so that no change falls between.

        One that was refused until now is anchored where the types that were read meanwhile have come to.
        """
        by_type = [kind for kind in kinds if kind in self._probe.history_types]
        followed = []
        for kind in [ALL] if self._probe.history_all else by_type:
            try:
                if _changes(kind) not in cursors:
                    newest = newest_stamp(self._client.history(kind, {"_count": "1"}))
                    read = [_since(cursors[_whole(one)][0]) for one in kinds if _is_read(one, kind, cursors)]
                    self._store.receive(Page(_changes(kind), _state(min(read, key=moment, default=newest))))
                followed.append(kind)
            except (Gone, Refused):
                log.warning("The centre gives no history of %s", kind or "all types")
        return followed

    def _patiently(self, kind: str, read: Callable[[str], None]) -> None:
        try:
            read(kind)
        except (Gone, Refused):
            log.warning("The centre does not give %s", kind or "its history")
            self._done.skipped += (kind,)

    def _read_whole(self, kind: str) -> None:
        state = self._store.look(lambda c: inbox.cursor(c, _whole(kind)))[0]
        since = _since(state) if state else self._beginning(kind)
        ascent = Ascent(since, self._before(since) if state else since)

        def ask(stamp: str) -> Resource:
            limit = {"_lastUpdated": f"ge{stamp}"} if stamp else {}
            return self._client.search(kind, {"_sort": "_lastUpdated", "_count": str(PAGE), **limit})

        self._read(_List(_whole(kind), ascent, ask, lambda page, link: ascent.step(found(page, kind), link)))

    def _read_changes(self, kind: str, kinds: Sequence[str]) -> None:
        since = _since(self._store.look(lambda c: inbox.cursor(c, _changes(kind)))[0])
        ordered = bool(self._probe.change_feed)
        replay = Replay(since, oldest_first=ordered)
        wanted = frozenset(kinds) if kind == ALL else frozenset({kind})

        def ask(stamp: str) -> Resource:
            params = {"_count": str(PAGE)}
            if stamp:
                params["_since"] = self._before(stamp)
            if ordered:
                params["_sort"] = "_lastUpdated"
            return self._client.history(kind, params)

        self._read(
            _List(_changes(kind), replay, ask, lambda page, link: replay.step(changes(page, wanted), link))
        )

    def _read(self, what: _List) -> None:
        restarts = 0
        coming = self._ahead.submit(what.ask, what.reader.restart())
        while True:
            try:
                bundle: Resource = coming.result()
            except Gone:
                restarts += 1  # the page behind a link has expired at the centre
                if not what.met or restarts > MOST_RESTARTS:
                    raise
                what.met.clear()
                coming = self._ahead.submit(what.ask, what.reader.restart())
                continue
            step = what.take(bundle, self._link(bundle, what.met))
            last = step.done or self._hooks.stop()
            if not last:
                coming = self._next(what, step)
            self._keep(what.scope, step)
            if last:
                break
        if not step.done:
            raise Stopped

    def _next(self, what: _List, step: Step) -> Future[Resource]:
        if step.follow:
            return self._ahead.submit(self._client.follow, step.follow)
        what.met.clear()
        return self._ahead.submit(what.ask, step.ask or "")

    def _link(self, bundle: Resource, met: set[str]) -> str:
        link = self._client.next_link(bundle)
        if link in met:
            raise NotFhir("a list that never ends")
        if link:
            met.add(link)
        return link

    def _keep(self, scope: str, step: Step) -> None:
        settled, gone = self._settled(step.deleted)
        now = self._store.clock.now()
        page = Page(scope, _state(step.since), [*step.resources, *settled], gone, now if step.done else None)
        changed = self._store.receive(page, MERGER)
        self._done.pages += 1
        self._done.changed += len(changed.refs)
        if changed.refs:
            self._hooks.publish(changed)

    def _settled(self, deleted: Sequence[Change]) -> tuple[list[Resource], list[Ref]]:
        """A tombstone without a time does not say whether it is the latest: the centre is asked."""
        there, gone = [], []
        for change in deleted:
            if change.stamp:
                gone.append(ref(change))
                continue
            try:
                there.append(self._client.read(change.type, change.id))
            except Gone:
                gone.append(ref(change))
        return there, gone

    def _before(self, stamp: str) -> str:
        return instant(moment(stamp) - self._overlap) if stamp and self._overlap else stamp

    def _beginning(self, kind: str) -> str:
        server = self._client.server_time
        if self._wants.days is None or kind not in DATED or server is None:
            return ""
        return instant(server - timedelta(days=self._wants.days))


def freshness(cursors: dict[str, tuple[str, str]], kinds: Sequence[str]) -> str:
    """Give the moment up to which every one of these types is complete here (UTC), or an empty text if one is not."""
    whole = [cursors.get(_whole(kind), ("", ""))[1] for kind in kinds]
    if not whole or not all(whole):
        return ""
    if cursors.get(_changes(ALL), ("", ""))[1]:
        return cursors[_changes(ALL)][1]
    return min(max(w, cursors.get(_changes(k), ("", ""))[1]) for w, k in zip(whole, kinds, strict=True))


def _whole(kind: str) -> str:
    return f"type:{kind}"


def _is_read(kind: str, history: str, cursors: dict[str, tuple[str, str]]) -> bool:
    return history in (ALL, kind) and bool(cursors.get(_whole(kind), ("", ""))[1])


def _changes(kind: str) -> str:
    return f"history:{kind}" if kind else "history"


def _state(since: str) -> str:
    return orjson.dumps({"since": since}).decode()


def _since(state: str) -> str:
    return str(orjson.loads(state)["since"]) if state else ""
