"""The desk's two verbs from a script, with the same permissions, checks and audit as on the screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

import workstation.modules  # noqa: F401 - importing it is what registers the verbs
from ui.cli.frame import Session, read_json, say, secret_for
from workstation import verbs
from workstation.core.i18n import _
from workstation.verbs import Kind

F = TypeVar("F", bound=Callable[..., None])

user_option = click.option("--user", required=False, help="Who acts.")
secret_option = click.option(
    "--secret",
    "source",
    type=click.Choice(["stdin", "keyring"]),
    default="stdin",
    show_default=True,
    help="Where the password or PIN comes from: the first line of stdin, or the keyring.",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A verb with its input, and who asks."""

    name: str
    request: Any
    user: str
    secret: str


def _list(kind: Kind, as_json: bool) -> None:
    found = list(verbs.all_verbs(kind))
    if as_json:
        say([verb.schema() for verb in found], as_json=True)
    else:
        say(None, False, [f"{verb.name:32} {_(verb.help)}  [{verb.permission.value}]" for verb in found])


def _needs(name: str | None, user: str | None) -> tuple[str, str]:
    if not name:
        raise click.UsageError("a verb is needed; --list shows all of them")
    if not user:
        raise click.UsageError("--user is needed")
    return name, user


def takes_a_verb(function: F) -> F:
    """Give a command the options that `do` and `ask` have in common."""
    for option in (
        secret_option,
        user_option,
        click.option("--list", "listing", is_flag=True, help="List every verb (with --json: with schemas)."),
        click.option(
            "--json",
            "source_json",
            is_flag=False,
            flag_value="-",
            help="The input as JSON: `-` for stdin, or a file.",
        ),
        click.argument("name", required=False),
    ):
        function = option(function)
    return function


def _asked_for(kind: Kind, name: str | None, source_json: str | None, user: str | None, source: str) -> Asked:
    name, user = _needs(name, user)
    verb = verbs.find(kind, name)
    secret = secret_for(user, source)
    return Asked(name, verb.read(read_json(source_json or "-")), user, secret)


@click.command()
@takes_a_verb
@click.pass_obj
def do(
    session: Session, name: str | None, source_json: str | None, listing: bool, user: str | None, source: str
) -> None:
    """Run a command of the desk; stdin holds the secret, then the JSON input."""
    if listing:
        _list(Kind.DO, source_json is not None)
        return
    asked = _asked_for(Kind.DO, name, source_json, user, source)
    with session.desk(asked.user, asked.secret) as desk:
        changed = desk.do(asked.name, asked.request)
    answer = {
        "primary": str(changed.primary) if changed.primary else "",
        "refs": [str(ref) for ref in changed.refs],
        "unit": changed.unit,
        "at": changed.at.isoformat(),
    }
    say(answer, as_json=True)


@click.command()
@takes_a_verb
@click.pass_obj
def ask(
    session: Session, name: str | None, source_json: str | None, listing: bool, user: str | None, source: str
) -> None:
    """Ask the desk; stdin holds the secret, then the JSON input."""
    if listing:
        _list(Kind.ASK, source_json is not None)
        return
    asked = _asked_for(Kind.ASK, name, source_json, user, source)
    with session.desk(asked.user, asked.secret) as desk:
        say(desk.ask(asked.name, asked.request), as_json=True)


@click.command("print")
@click.argument("document")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The PDF to write."
)
@click.option("--user", required=True, help="Who prints.")
@secret_option
@click.pass_obj
def print_(session: Session, document: str, out: Path, user: str, source: str) -> None:
    """Print a document to PDF: a prescription number, or Composition/ID of a record."""
    from workstation import papers

    with session.desk(user, secret_for(user, source)) as desk:
        pdf = papers.pdf_of(desk, document)
    out.write_bytes(pdf)
    say(None, False, [_("Written: {path}", path=out)])
