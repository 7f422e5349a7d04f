"""Drafts at rest: sealed to their author with a key only the author's secret unwraps."""

from __future__ import annotations

import os
from datetime import datetime

import orjson
import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from workstation.core.clock import parse_instant
from workstation.core.drafts import Draft, DraftInfo, DraftKey
from workstation.core.errors import UserError
from workstation.core.i18n import _
from workstation.store import schema
from workstation.store.reader import utc


class Unreadable(UserError):
    """A draft cannot be opened with this author's key."""

    code = "draft-unreadable"


def save(
    connection: sa.Connection,
    author: str,
    secret: bytes,
    key: DraftKey,
    body: dict[str, object],
    now: datetime,
) -> None:
    """Keep a draft, replacing the author's earlier one of the same page."""
    nonce = os.urandom(12)
    sealed = nonce + AESGCM(secret).encrypt(nonce, orjson.dumps(body), _bound_to(author, key))
    connection.execute(
        sa.text("INSERT OR REPLACE INTO draft VALUES (:author, :kind, :patient, :encounter, :at, :body)"),
        {
            "author": author,
            "kind": key.kind,
            "patient": key.patient,
            "encounter": key.encounter,
            "at": utc(now),
            "body": sealed,
        },
    )


def load(
    connection: sa.Connection, author: str, secret: bytes, key: DraftKey, started: datetime
) -> Draft | None:
    """Give the author's draft, or None; one saved before `started` is marked recovered. Raises Unreadable."""
    column = schema.draft.c
    row = connection.execute(
        sa.select(column.body, column.saved_at).where(
            column.author == author,
            column.kind == key.kind,
            column.patient == key.patient,
            column.encounter == key.encounter,
        )
    ).first()
    if row is None:
        return None
    try:
        body = orjson.loads(AESGCM(secret).decrypt(row.body[:12], row.body[12:], _bound_to(author, key)))
    except InvalidTag as error:
        raise Unreadable(
            _("This draft cannot be opened with your key."), _("It is kept; ask the administrator.")
        ) from error
    saved_at = parse_instant(row.saved_at)
    return Draft(key, body, saved_at, recovered=saved_at < started)


def drop(connection: sa.Connection, author: str, key: DraftKey) -> None:
    """Throw one draft away."""
    column = schema.draft.c
    connection.execute(
        sa.delete(schema.draft).where(
            column.author == author,
            column.kind == key.kind,
            column.patient == key.patient,
            column.encounter == key.encounter,
        )
    )


def infos(connection: sa.Connection, author: str = "") -> list[DraftInfo]:
    """List the drafts of an author (or of everybody), newest first, without their content."""
    column = schema.draft.c
    query = sa.select(column.author, column.kind, column.patient, column.encounter, column.saved_at)
    if author:
        query = query.where(column.author == author)
    return [
        DraftInfo(DraftKey(row.kind, row.patient, row.encounter), parse_instant(row.saved_at), row.author)
        for row in connection.execute(query.order_by(column.saved_at.desc()))
    ]


def _bound_to(author: str, key: DraftKey) -> bytes:
    return "|".join((author, key.kind, key.patient, key.encounter)).encode()
