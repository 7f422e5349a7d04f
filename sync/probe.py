"""Learns what a server really does, by trying, with throwaway records that it removes again.

A CapabilityStatement is a promise; a desk that loses an order because of a broken one has no use for it. A few dozen
small requests, most of a second. What is learnt is a `ServerProfile`; `sync.server_words` says it in words.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from sync.client import Client
from sync.errors import ForeignLink
from sync.probe_bench import KINDS, Bench, Ledger, MemoryLedger
from sync.probe_lists import changes, channels, freshness, history_of_one, page_cap, paging
from sync.probe_writes import conditions, deletion, first_record, guards
from sync.server_profile import Lists, ServerProfile, server_key, speaks_r4
from workstation.core.clock import Clock, instant
from workstation.fhir.resources import Resource, as_list, extension
from workstation.fhir.systems import BASE

MOST_BYTES: Final = 8 * 1024 * 1024  # of one answer: a large CapabilityStatement has one or two
CHANGE_FEED: Final = f"{BASE}/StructureDefinition/change-feed"


@dataclass(frozen=True, slots=True)
class Named:
    """How a server names itself in its CapabilityStatement."""

    software: str
    version: str
    implementation: str
    fhir_version: str

    @property
    def server(self) -> str:
        """Give the key of this version of this server."""
        return server_key(self.software, self.version, self.implementation, self.fhir_version)


def examine(
    client: Client,
    clock: Clock,
    ledger: Ledger | None = None,
    *,
    statement: Resource | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> ServerProfile:
    """Ask a server everything; about fifty requests. `statement` is its CapabilityStatement if it was read already.

    Raises Unreachable, NotFhir, Unauthorised and Busy; what was made by then is removed, or stays in the ledger for
    the next probe to remove. A server that does not speak R4 is asked nothing.
    """
    bench = Bench(client, clock, ledger or MemoryLedger(), sleep)
    if statement is None:
        bench.asked += 1
        statement = client.capabilities()
    if not speaks_r4(named(statement).fhir_version):
        return replace(_nothing(bench, statement), requests=bench.asked)
    bench.ledger.write((*bench.ledger.read(), f"?{bench.run}"))
    try:
        found = _questions(bench, statement)
    except BaseException:
        bench.sweep_quietly()
        raise
    left = bench.sweep()
    return replace(
        found, left=left, skew=bench.skew, requests=bench.asked, decided_after=bench.decided, kind=bench.kind
    )


def named(statement: Resource) -> Named:
    """Read how a server names itself."""
    software, implementation = _part(statement, "software"), _part(statement, "implementation")
    return Named(
        _text(software, "name"),
        _text(software, "version"),
        _text(implementation, "description"),
        _text(statement, "fhirVersion"),
    )


def _nothing(bench: Bench, statement: Resource) -> ServerProfile:
    name = named(statement)
    return ServerProfile(
        bench.client.address.base,
        name.software,
        name.version,
        name.implementation,
        name.fhir_version,
        instant(bench.clock.now()),
    )


def _questions(bench: Bench, statement: Resource) -> ServerProfile:
    found = _nothing(bench, statement)
    subject, writes = first_record(bench, _kinds(statement))
    if subject is None:
        bench.decided = bench.asked
        return replace(found, lists=page_cap(bench, Lists(), ("Patient",)))
    kept, transactions = guards(bench, subject)
    kept, writes = conditions(bench, subject, kept, writes)
    lists, once = freshness(bench)
    lists = page_cap(bench, paging(bench, lists), ("Patient", bench.kind))
    told = history_of_one(bench, subject)
    kept, writes = deletion(bench, subject, kept, writes)
    return replace(
        found,
        guards=kept,
        transactions=transactions,
        writes=replace(writes, create_once=once),
        changes=changes(bench, subject, told, deleted=bool(writes.deleted_status)),
        lists=lists,
        channels=channels(bench, statement, _feed(bench.client, statement)),
    )


def _kinds(statement: Resource) -> tuple[str, ...]:
    """Give the types to try with, the least visible first; a server that lists no types is tried with all."""
    offered = {r.get("type") for r in as_list(_rest(statement).get("resource")) if isinstance(r, dict)}
    return tuple(kind for kind in KINDS if not offered or kind in offered)


def _feed(client: Client, statement: Resource) -> str:
    url = extension(_rest(statement), CHANGE_FEED)
    try:
        return client.address.within(url) if isinstance(url, str) else ""
    except ForeignLink:
        return ""


def _rest(statement: Resource) -> Resource:
    return next((r for r in as_list(statement.get("rest")) if isinstance(r, dict)), {})


def _part(statement: Resource, name: str) -> Resource:
    part = statement.get(name)
    return part if isinstance(part, dict) else {}


def _text(part: Resource, name: str) -> str:
    value = part.get(name)
    return value if isinstance(value, str) else ""
