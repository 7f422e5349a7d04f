"""The opinions of real FHIR servers, as switches, and the servers that hold them.

Each switch was seen on a real server or stands in its documentation; the interoperability lane meets some of them live.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Versions(StrEnum):
    """What a version id looks like."""

    NUMBER = "number"
    UUID = "uuid"
    OPAQUE = "opaque"


class Paging(StrEnum):
    """What a next link does: reads on in a kept list of ids, counts rows of live data, or goes on behind a row."""

    KEPT = "kept"
    OFFSET = "offset"
    BEHIND = "behind"


class Tombstone(StrEnum):
    """How a history tells of a deletion."""

    TIMED = "timed"
    TIMELESS = "timeless"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One server. Times are in seconds."""

    name: str
    # --- writing
    stale: int = 412  # the status of a guard that did not hold
    atomic: bool = True  # a transaction is all or nothing; otherwise HTTP 200 carries entries that failed
    client_ids: bool = True  # a PUT to an unknown id creates it
    guards: bool = True  # If-Match counts
    create_guard: bool = True  # If-None-Match: * counts
    delete_guard: bool = True  # If-Match counts for a DELETE
    match_creates: bool = False  # If-Match on an id that was never there creates it
    integrity: int = 422  # the status for a reference to what is not there; 0: nobody looks
    inbound: int = 0  # the status for a deletion that leaves references dangling; 0: nobody looks
    keeps_unchanged: bool = False  # a PUT without a change makes no version
    merges_tags: bool = False
    # --- versions and time
    versions: Versions = Versions.NUMBER
    etags: bool = True  # a transaction's answer tells versions
    bare_etags: bool = False  # ... without W/ and quotes
    stamps_at_start: bool = False  # lastUpdated is the start of a transaction, rows appear at its commit
    grows: bool = False  # lastUpdated strictly grows in the order of commits
    whole_seconds: bool = False
    gone: int = 410  # the status for what was deleted
    # --- reading
    system_history: bool = False
    type_history: bool = False
    tombstone: Tombstone = Tombstone.TIMED
    feed: bool = False  # a change feed, with all that it promises
    cache: int = 0  # an identical search is answered from memory for this long, unless the client objects
    index_lag: int = 0  # a search finds a record only so long after its commit
    paging: Paging = Paging.KEPT
    page: int = 10
    page_life: int = 3600

    @property
    def deletions_show(self) -> bool:
        """Say whether a reader can learn of deletions without comparing ids."""
        return self.system_history or self.type_history


HUB = Profile(name="hub", grows=True, system_history=True, type_history=True, feed=True, paging=Paging.BEHIND)
HAPI = Profile(
    name="hapi",
    stale=409,
    create_guard=False,
    delete_guard=False,
    match_creates=True,
    integrity=400,
    inbound=409,
    keeps_unchanged=True,
    merges_tags=True,
    bare_etags=True,
    stamps_at_start=True,
    system_history=True,
    type_history=True,
    tombstone=Tombstone.TIMELESS,
    cache=60,
)
AZURE = Profile(
    name="azure",
    create_guard=False,
    integrity=0,
    system_history=True,
    type_history=True,
    paging=Paging.BEHIND,
)
GOOGLE = Profile(
    name="google",
    create_guard=False,
    versions=Versions.OPAQUE,
    integrity=400,
    inbound=409,
    index_lag=20,
    paging=Paging.BEHIND,
)
MEDPLUM_ROUTER = Profile(
    name="medplum-router",
    atomic=False,
    create_guard=False,
    integrity=0,
    versions=Versions.UUID,
    gone=404,
    paging=Paging.OFFSET,
)
MEDPLUM = Profile(
    name="medplum",
    client_ids=False,
    create_guard=False,
    integrity=0,
    versions=Versions.UUID,
    gone=404,
    paging=Paging.OFFSET,
)
MEDPLUM_BATCH = Profile(
    name="medplum-batch",
    atomic=False,
    client_ids=False,
    create_guard=False,
    integrity=0,
    versions=Versions.UUID,
    gone=404,
    paging=Paging.OFFSET,
)
SPARK = Profile(
    name="spark",
    guards=False,
    create_guard=False,
    delete_guard=False,
    integrity=0,
    system_history=True,
    type_history=True,
    tombstone=Tombstone.GONE,
)
WHOLE_SECONDS = Profile(
    name="whole-seconds", whole_seconds=True, type_history=True, etags=False, tombstone=Tombstone.GONE
)
OFFSET = Profile(
    name="offset", system_history=True, tombstone=Tombstone.TIMELESS, paging=Paging.OFFSET, page=4
)

PROFILES = {
    one.name: one
    for one in (
        HUB,
        HAPI,
        AZURE,
        GOOGLE,
        MEDPLUM_ROUTER,
        MEDPLUM,
        MEDPLUM_BATCH,
        SPARK,
        WHOLE_SECONDS,
        OFFSET,
    )
}
