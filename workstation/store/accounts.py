"""Who may unlock this desk, with the role the centre gave them; kept inside the encrypted database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa

from workstation.security.permissions import Actor, Permission
from workstation.store import schema
from workstation.store.reader import utc


@dataclass(frozen=True, slots=True)
class Account:
    """One person's account on this desk."""

    user: str
    name: str
    role: str
    practitioner: str = ""
    extra: tuple[str, ...] = ()
    last_used: str = ""

    def actor(self, station: str) -> Actor:
        """Give the actor this account becomes when it is unlocked at a station."""
        extra = frozenset(Permission(p) for p in self.extra)
        return Actor(self.user, self.name, self.role, self.practitioner, station, extra)


def put(connection: sa.Connection, account: Account) -> None:
    """Add or replace an account."""
    connection.execute(
        sa.text(
            "INSERT OR REPLACE INTO account VALUES (:user, :name, :role, :practitioner, :extra, :last_used)"
        ),
        {
            "user": account.user,
            "name": account.name,
            "role": account.role,
            "practitioner": account.practitioner,
            "extra": orjson.dumps(account.extra).decode(),
            "last_used": account.last_used,
        },
    )


def get(connection: sa.Connection, user: str) -> Account | None:
    """Give one account, or None."""
    row = connection.execute(sa.select(schema.account).where(schema.account.c.user == user)).first()
    return _account(row) if row else None


def all_accounts(connection: sa.Connection) -> list[Account]:
    """Give every account, the most recently used first."""
    column = schema.account.c
    rows = connection.execute(sa.select(schema.account).order_by(column.last_used.desc(), column.user))
    return [_account(row) for row in rows]


def used(connection: sa.Connection, user: str, now: datetime) -> None:
    """Remember when an account was last unlocked."""
    connection.execute(
        sa.update(schema.account).where(schema.account.c.user == user).values(last_used=utc(now))
    )


def _account(row: Any) -> Account:
    extra = tuple(orjson.loads(row.extra))
    return Account(row.user, row.name, row.role, row.practitioner, extra, row.last_used)
