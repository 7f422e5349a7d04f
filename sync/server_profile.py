"""What was learnt about one server by trying, and what it means for sending: pure data, kept with the desk.

A server's promises (its CapabilityStatement) say what it would like to be; this says what it did. None stands for
what could not be learnt, and what is not proven is not relied on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

PROBE_VERSION: Final = (
    1  # raised when a new question is asked: what was learnt by an older probe is learnt again
)
STALE: Final = (409, 412)  # how servers say that a guard did not hold


class Verdict(StrEnum):
    """Whether a desk may write to a server."""

    FIT = "fit"
    CARE = "care"
    REFUSED = "refused"


class Tombstone(StrEnum):
    """How a history tells of a deletion: the entry of the specification, one that answers 410, or not at all."""

    UNKNOWN = "unknown"
    NONE = "none"
    DELETE_ENTRY = "delete-entry"
    GONE_ENTRY = "gone-entry"


class NextLink(StrEnum):
    """What the link to the next page is: a cursor of the server's, an offset into live data, another address."""

    UNKNOWN = "unknown"
    NONE = "none"
    CURSOR = "cursor"
    OFFSET = "offset"
    FOREIGN = "foreign"


class VersionForm(StrEnum):
    """What a version id looks like; it is never read as anything but an opaque text."""

    UNKNOWN = "unknown"
    NONE = "none"
    NUMBER = "number"
    UUID = "uuid"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Guards:
    """Whether a write is refused when its condition does not hold; the statuses are those of stale writes."""

    alone: bool | None = None
    alone_status: int = 0
    in_bundle: bool | None = None
    in_bundle_status: int = 0
    on_absent: bool | None = None
    on_create: bool | None = None
    on_delete: bool | None = None


@dataclass(frozen=True, slots=True)
class Transactions:
    """What a transaction is here. `failures_inside` says that HTTP 200 carries entries that failed."""

    offered: bool | None = None
    atomic: bool | None = None
    failures_inside: bool = False
    tells_versions: bool | None = None


@dataclass(frozen=True, slots=True)
class Writes:
    """How single writes behave. `etag` is the form of an ETag: `weak`, `strong`, `bare`, or empty for none."""

    update_create: bool | None = None
    create_once: bool | None = None
    noop_makes_version: bool | None = None
    etag: str = ""
    version_form: VersionForm = VersionForm.UNKNOWN
    location_has_version: bool | None = None
    deleted_status: int = 0


@dataclass(frozen=True, slots=True)
class Changes:
    """How the server tells what changed, and how finely it stamps."""

    history_instance: bool | None = None
    history_type: bool | None = None
    history_system: bool | None = None
    since_honoured: bool | None = None
    since_honoured_instance: bool | None = None
    tombstone: Tombstone = Tombstone.UNKNOWN
    tombstone_timed: bool | None = None
    whole_seconds: bool | None = None


@dataclass(frozen=True, slots=True)
class Lists:
    """How searches behave. `page_cap` is the most a page held though more was asked for; 0 where none was met."""

    read_your_write: bool | None = None
    cached: bool | None = None
    page_cap: int = 0
    count_obeyed: bool | None = None
    next_link: NextLink = NextLink.UNKNOWN
    loses_rows: bool | None = None
    criteria_obeyed: bool | None = None


@dataclass(frozen=True, slots=True)
class ServerProfile:
    """Everything learnt in one run. `skew` is how far the server's clock is ahead of ours, in seconds.

    `kind` is the resource type tried with, empty where nothing could be written. `left` names what could not be
    removed again. `decided_after` counts the requests until it was known whether writes are guarded.
    """

    url: str
    software: str
    version: str
    implementation: str
    fhir_version: str
    probed_at: str
    probe_version: int = PROBE_VERSION
    kind: str = ""
    guards: Guards = field(default_factory=Guards)
    transactions: Transactions = field(default_factory=Transactions)
    writes: Writes = field(default_factory=Writes)
    changes: Changes = field(default_factory=Changes)
    lists: Lists = field(default_factory=Lists)
    channels: tuple[str, ...] = ()
    skew: float | None = None
    requests: int = 0
    decided_after: int = 0
    left: tuple[str, ...] = ()

    @property
    def server(self) -> str:
        """Give the key under which this is kept: another version of the software is another server."""
        return server_key(self.software, self.version, self.implementation, self.fhir_version)


def server_key(software: str, version: str, implementation: str, fhir_version: str) -> str:
    """Name a server version; a server that does not name its software goes by its description."""
    name = software or implementation
    return "|".join((name, version, fhir_version))


def speaks_r4(fhir_version: str) -> bool:
    """Say whether a FHIR version is R4 (4.0.0 and its correction 4.0.1)."""
    return fhir_version.startswith("4.0")


def guarded(profile: ServerProfile) -> bool:
    """Say whether every write this desk sends is proven to be guarded, as whole transactions."""
    return (
        profile.transactions.offered is True
        and profile.guards.alone is True
        and profile.guards.in_bundle is True
    )
