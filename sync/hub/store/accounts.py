"""Rows about people: accounts, wrong tries and tokens. Nothing here is readable as a password or token."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass

import orjson
import sqlalchemy as sa

from sync.hub.store import schema
from sync.hub.store.reader import Reader
from sync.hub.store.writer import Writer

account, attempt, token = schema.account, schema.attempt, schema.token


@dataclass(frozen=True, slots=True)
class Account:
    """One person's account. `password` is an argon2id hash; `created` in milliseconds."""

    name: str
    display: str
    role: str
    practitioner: str
    extra: tuple[str, ...]
    password: str
    created: int


@dataclass(frozen=True, slots=True)
class Token:
    """One token, known by its hash. `use` is access, refresh or station; times in milliseconds."""

    hash: bytes
    use: str
    account: str
    family: str
    station: str
    expires: int | None
    spent: int | None = None


def digest(text: str) -> bytes:
    """Give the hash a token (or a name that was tried) is kept under."""
    return hashlib.sha256(text.encode()).digest()


def add(writer: Writer, person: Account) -> None:
    """Store a new account."""
    row = {**asdict(person), "extra": orjson.dumps(person.extra).decode()}
    writer.connection.execute(sa.insert(account), row)


def get(reader: Reader, name: str) -> Account | None:
    """Give an account by its name, or None."""
    row = reader.connection.execute(sa.select(account).where(account.c.name == name)).mappings().first()
    return _account(row) if row else None


def everyone(reader: Reader) -> list[Account]:
    """Give every account by name."""
    rows = reader.connection.execute(sa.select(account).order_by(account.c.name)).mappings()
    return [_account(row) for row in rows]


def tries(reader: Reader, name: str) -> tuple[int, int]:
    """Give (wrong tries in a row, moment until which no further try is heard)."""
    row = reader.connection.execute(sa.select(attempt).where(attempt.c.name == digest(name))).first()
    return (row.failures, row.until) if row else (0, 0)


def set_tries(writer: Writer, name: str, failures: int, until: int) -> None:
    """Remember wrong tries; 0 forgets them."""
    writer.connection.execute(sa.delete(attempt).where(attempt.c.name == digest(name)))
    if failures:
        row = {"name": digest(name), "failures": failures, "until": until}
        writer.connection.execute(sa.insert(attempt), row)


def forget(writer: Writer, before: int) -> None:
    """Remove tokens and tries that ended before a moment (milliseconds)."""
    writer.connection.execute(sa.delete(token).where(token.c.expires < before))
    writer.connection.execute(sa.delete(attempt).where(attempt.c.until < before, attempt.c.until > 0))


def add_token(writer: Writer, one: Token) -> None:
    """Store a token."""
    writer.connection.execute(sa.insert(token), asdict(one))


def find_token(reader: Reader, text: str) -> Token | None:
    """Give the token with this text, or None."""
    row = reader.connection.execute(sa.select(token).where(token.c.hash == digest(text))).mappings().first()
    return Token(**row) if row else None


def spend(writer: Writer, one: Token, at: int) -> None:
    """Note when a refresh token was first used."""
    writer.connection.execute(sa.update(token).where(token.c.hash == one.hash).values(spent=at))


def revoke_family(writer: Writer, family: str) -> None:
    """Remove every token that came from one sign-in."""
    writer.connection.execute(sa.delete(token).where(token.c.family == family))


def _account(row: sa.RowMapping) -> Account:
    return Account(**{**row, "extra": tuple(orjson.loads(row["extra"]))})
