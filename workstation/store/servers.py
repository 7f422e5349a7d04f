"""What was learnt about servers, one row for each version of each; and who accepted to send to one all the same.

The profile itself is JSON that only `sync` reads. A new version of a server is a new row: no consent carries over.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from workstation.audit import Entry
from workstation.store import schema, trail


@dataclass(frozen=True, slots=True)
class Consent:
    """Who accepted, when (UTC) and why, that a server gets this desk's work though its writes are not guarded."""

    by: str
    at: str
    reason: str


@dataclass(frozen=True, slots=True)
class KeptServer:
    """One version of a server at one address. `probe` is the version of the questions that were asked."""

    url: str
    server: str
    probe: int
    probed_at: str
    profile: str
    consent: Consent | None = None


def keep(connection: sa.Connection, found: KeptServer) -> None:
    """Keep what was learnt; a consent given to this very version stays."""
    connection.execute(
        sa.text(
            "INSERT INTO server_profile VALUES (:url, :server, :probe, :probed_at, :profile, '', '', '')"
            " ON CONFLICT (url, server) DO UPDATE SET probe = :probe, probed_at = :probed_at, profile = :profile"
        ),
        {
            "url": found.url,
            "server": found.server,
            "probe": found.probe,
            "probed_at": found.probed_at,
            "profile": found.profile,
        },
    )


def get(connection: sa.Connection, url: str, server: str) -> KeptServer | None:
    """Give what is known of one version of a server, or None."""
    column = schema.server_profile.c
    query = sa.select(schema.server_profile).where(column.url == url, column.server == server)
    row = connection.execute(query).first()
    return _kept(row) if row else None


def latest(connection: sa.Connection, url: str) -> KeptServer | None:
    """Give what was learnt last about the server at an address, or None."""
    column = schema.server_profile.c
    query = (
        sa.select(schema.server_profile).where(column.url == url).order_by(column.probed_at.desc()).limit(1)
    )
    row = connection.execute(query).first()
    return _kept(row) if row else None


def accept(connection: sa.Connection, url: str, server: str, consent: Consent, entry: Entry) -> None:
    """Note a consent for one version of a server, and its audit entry."""
    column = schema.server_profile.c
    connection.execute(
        sa.update(schema.server_profile)
        .where(column.url == url, column.server == server)
        .values(consent_by=consent.by, consent_at=consent.at, consent_reason=consent.reason)
    )
    trail.append(connection, entry)


def _kept(row: Any) -> KeptServer:
    consent = Consent(row.consent_by, row.consent_at, row.consent_reason) if row.consent_by else None
    return KeptServer(row.url, row.server, row.probe, row.probed_at, row.profile, consent)
