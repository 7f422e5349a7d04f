"""The desk's two verbs from a script, with the same permissions, checks and audit as on the screen."""

from __future__ import annotations

from pathlib import Path

import click

import workstation.modules  # noqa: F401 - importing it is what registers the verbs
from ui.cli.frame import Session, read_json, say, secret_for
from workstation import verbs
from workstation.core.i18n import _
from workstation.verbs import Kind

user_option = click.option("--user", required=False, help="Who acts.")
secret_option = click.option(
    "--secret",
    "source",
    type=click.Choice(["stdin", "keyring"]),
    default="stdin",
    show_default=True,
    help="Where the password or PIN comes from: the first line of stdin, or the keyring.",
)


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


@click.command()
@click.argument("name", required=False)
@click.option(
    "--json",
    "source_json",
    is_flag=False,
    flag_value="-",
    help="The input as JSON: `-` for stdin, or a file.",
)
@click.option("--list", "listing", is_flag=True, help="List every command (with --json: with schemas).")
@user_option
@secret_option
@click.pass_obj
def do(
    session: Session, name: str | None, source_json: str | None, listing: bool, user: str | None, source: str
) -> None:
    """Run a command of the desk; stdin holds the secret, then the JSON input."""
    if listing:
        _list(Kind.DO, source_json is not None)
        return
    name, user = _needs(name, user)
    verb = verbs.find(Kind.DO, name)
    secret = secret_for(user, source)
    request = verb.read(read_json(source_json or "-"))
    with session.desk(user, secret) as desk:
        changed = desk.do(name, request)
        state = desk.sync_state()
    say(
        {
            "primary": str(changed.primary) if changed.primary else "",
            "refs": [str(ref) for ref in changed.refs],
            "unit": changed.unit,
            "at": changed.at.isoformat(),
            "link": state.link.value,
        },
        as_json=True,
    )


@click.command()
@click.argument("name", required=False)
@click.option(
    "--json",
    "source_json",
    is_flag=False,
    flag_value="-",
    help="The input as JSON: `-` for stdin, or a file.",
)
@click.option("--list", "listing", is_flag=True, help="List every query (with --json: with schemas).")
@user_option
@secret_option
@click.pass_obj
def ask(
    session: Session, name: str | None, source_json: str | None, listing: bool, user: str | None, source: str
) -> None:
    """Ask the desk; stdin holds the secret, then the JSON input."""
    if listing:
        _list(Kind.ASK, source_json is not None)
        return
    name, user = _needs(name, user)
    verb = verbs.find(Kind.ASK, name)
    secret = secret_for(user, source)
    request = verb.read(read_json(source_json or "-"))
    with session.desk(user, secret) as desk:
        say(desk.ask(name, request), as_json=True)


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
