"""The questions about reading: what a search shows and when, how its pages hang together, how changes are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from sync import wire
from sync.errors import ForeignLink
from sync.probe_bench import TAG, Bench, Reply, id_in
from sync.probe_writes import MEMBERS, Subject, create_twice, status_of
from sync.server_profile import Changes, Lists, NextLink, Tombstone
from workstation.core.clock import parse_instant
from workstation.fhir.resources import Resource, as_list, updated_of

MANY: Final = 1000
FIRST_PAGE: Final = 2
OFFSETS: Final = ("_offset=", "offset=", "_page=", "page=", "_getpagesoffset=")
CURSORS: Final = ("_getpages=", "_cursor=", "cursor=", "_page_token=", "ct=", "snapshot=")
MOST_PAGES: Final = 5
SEEN: Final = "seen"


def freshness(bench: Bench) -> tuple[Lists, bool | None]:
    """Ask whether a search shows what was just written, and whether it shows an older answer to the same question.

    The record it looks for is made on a condition, twice: the second value says whether one came of it.
    """
    before = bench.find(SEEN, cached=True)
    if before.resources:
        return Lists(criteria_obeyed=False), None
    id_, once = create_twice(bench, SEEN)
    if not id_:
        return Lists(criteria_obeyed=True if before.ok else None), once
    by_habit = bool(bench.find(SEEN, cached=True).resources)
    fresh = by_habit or bool(bench.find(SEEN).resources)
    return Lists(fresh, (not by_habit) if fresh else None, criteria_obeyed=True), once


def paging(bench: Bench, lists: Lists) -> Lists:
    """Read the members two at a time, change one that was read, and see whether the pages after still hold the rest."""
    page = bench.find("list", {"_count": str(FIRST_PAGE), "_sort": "_lastUpdated"})
    rows = page.resources
    if not all(bench.is_ours(row) for row in rows):
        return replace(lists, criteria_obeyed=False)
    if len(rows) > FIRST_PAGE:
        return replace(lists, count_obeyed=False, next_link=NextLink.NONE)
    if len(rows) < FIRST_PAGE:
        return lists
    lists = replace(lists, count_obeyed=True)
    try:
        url = bench.client.next_link(page.body)
    except ForeignLink:
        return replace(lists, next_link=NextLink.FOREIGN)
    if not url:
        return replace(lists, next_link=NextLink.NONE)
    lists = replace(lists, next_link=_form(url))
    _touch(bench, str(rows[0].get("id")))
    seen = {str(row.get("id")) for row in rows}
    for _page in range(MOST_PAGES):
        reply = bench.ask("GET", url)
        if not reply.ok:
            return lists
        seen |= {str(row.get("id")) for row in reply.resources}
        try:
            url = bench.client.next_link(reply.body)
        except ForeignLink:
            return replace(lists, next_link=NextLink.FOREIGN)
        if not url:
            break
    return replace(lists, loses_rows=len(seen) < MEMBERS)


def _touch(bench: Bench, id_: str) -> None:
    """Change a record that was read already, so that it moves within the list."""
    bench.ask("PUT", bench.path(id_), bench.throwaway("moved", "list", id_))


def _form(url: str) -> NextLink:
    query = url.partition("?")[2].lower()
    parts = query.split("&")
    if any(part.startswith(name) for part in parts for name in CURSORS):
        return NextLink.CURSOR
    offset = any(part.startswith(name) for part in parts for name in OFFSETS)
    return NextLink.OFFSET if offset else NextLink.CURSOR


def page_cap(bench: Bench, lists: Lists, kinds: tuple[str, ...]) -> Lists:
    """Ask for a page of a thousand, of ids only: where there are more rows than it holds, that is the most it gives."""
    for kind in kinds:
        reply = bench.ask("GET", kind, params={"_count": str(MANY), "_elements": "id"})
        if reply.ok and wire.link(reply.body, "next"):
            return replace(lists, page_cap=len(reply.entries))
    return lists


def history_of_one(bench: Bench, subject: Subject) -> Changes:
    """Read the history of the record, whole and since its last version; asked before the record is deleted."""
    path = f"{bench.path(subject.id)}/_history"
    whole = bench.ask("GET", path)
    told = Changes(
        history_instance=whole.ok and bool(whole.entries), whole_seconds=_whole_seconds(bench.stamps)
    )
    since = _last_stamp(bench)
    if not told.history_instance or not _older(whole, since):
        return told
    again = bench.ask("GET", path, params=_since(since))
    return replace(told, since_honoured_instance=again.ok and not _older(again, since))


def changes(bench: Bench, subject: Subject, told: Changes, deleted: bool) -> Changes:
    """Read what changed of the type and of everything since the record's last version; it should be gone by now."""
    since = _last_stamp(bench)
    kind = bench.ask("GET", f"{bench.kind}/_history", params=_since(since))
    system = bench.ask("GET", "_history", params=_since(since))
    told = replace(
        told, history_type=kind.ok and _is_history(kind), history_system=system.ok and _is_history(system)
    )
    if told.history_type and any(_before(stamp, since) for stamp in bench.stamps):
        told = replace(told, since_honoured=not _older(kind, since))
    lists = [reply for reply, ok in ((kind, told.history_type), (system, told.history_system)) if ok]
    return _with_tombstone(told, bench, subject, lists) if deleted else told


def _is_history(reply: Reply) -> bool:
    return reply.body.get("type") == "history"


def _since(stamp: str) -> dict[str, str]:
    return {"_since": stamp, "_count": "50"} if stamp else {"_count": "50"}


def _last_stamp(bench: Bench) -> str:
    moments = [(moment, stamp) for stamp in bench.stamps if (moment := _moment(stamp)) is not None]
    return max(moments)[1] if moments else ""


def _older(reply: Reply, since: str) -> bool:
    return any(_before(updated_of(resource), since) for resource in reply.resources)


def _before(stamp: str, since: str) -> bool:
    moment, start = _moment(stamp), _moment(since)
    return moment is not None and start is not None and moment < start


def _moment(stamp: str) -> datetime | None:
    try:
        return parse_instant(stamp)
    except ValueError:
        return None


def _whole_seconds(stamps: list[str]) -> bool | None:
    moments = [moment for stamp in set(stamps) if (moment := _moment(stamp)) is not None]
    if any(moment.microsecond for moment in moments):
        return False
    return True if len(stamps) >= 3 and moments else None


def _with_tombstone(told: Changes, bench: Bench, subject: Subject, lists: list[Reply]) -> Changes:
    for reply in lists:
        for entry in reply.entries:
            form = _tombstone(bench, subject, entry)
            if form is not None:
                response = entry.get("response")
                timed = isinstance(response, dict) and bool(response.get("lastModified"))
                return replace(told, tombstone=form, tombstone_timed=timed)
    return replace(told, tombstone=Tombstone.NONE)


def _tombstone(bench: Bench, subject: Subject, entry: Resource) -> Tombstone | None:
    request, response = entry.get("request"), entry.get("response")
    url = str(request.get("url", "")) if isinstance(request, dict) else ""
    about = id_in(url, bench.kind) or id_in(str(entry.get("fullUrl", "")), bench.kind)
    if about != subject.id or isinstance(entry.get("resource"), dict):
        return None
    if isinstance(request, dict) and request.get("method") == "DELETE":
        return Tombstone.DELETE_ENTRY
    gone = isinstance(response, dict) and status_of(response) == 410
    return Tombstone.GONE_ENTRY if gone else None


def channels(bench: Bench, statement: Resource, feed: str) -> tuple[str, ...]:
    """Give the ways in which the server tells that something changed: the hub's feed, or a websocket it accepts."""
    if feed:
        return ("change-feed",)
    rest: Resource = next((r for r in as_list(statement.get("rest")) if isinstance(r, dict)), {})
    offered = {r.get("type") for r in as_list(rest.get("resource")) if isinstance(r, dict)}
    if "Subscription" not in offered or not bench.kind:
        return ()
    reply = bench.ask("POST", "Subscription", _subscription(bench))
    id_ = id_in(reply.location, "Subscription") or str(reply.body.get("id") or "")
    if not reply.ok or not id_:
        return ()
    bench.note(f"Subscription/{id_}")
    for _look in range(3):
        if bench.ask("GET", f"Subscription/{id_}").body.get("status") == "active":
            return ("websocket",)
        bench.sleep(0.5)
    return ()


def _subscription(bench: Bench) -> Resource:
    return {
        "resourceType": "Subscription",
        "meta": {"tag": [dict(TAG)]},
        "status": "requested",
        "reason": "Server check",
        "criteria": f"{bench.kind}?_tag=throwaway",
        "channel": {"type": "websocket"},
    }
