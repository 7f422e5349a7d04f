"""A desk and its centre from the command line: join, look, send and fetch."""

from __future__ import annotations

import sys
from typing import Any

import click

from sync.admission import standing
from sync.pairing import AuthKind, SignIn, pair, recall
from ui.cli.desk import secret_option
from ui.cli.frame import Session, say, secret_for, stdin_secret
from ui.cli.line import DeskBox, account_at, service_of
from ui.cli.place import station_of
from ui.cli.server import as_data, auth_option, json_option
from workstation.core.errors import Invalid
from workstation.core.i18n import _
from workstation.desk import Desk
from workstation.security.permissions import Permission, roles
from workstation.store import inbox, outbox
from workstation.store.accounts import Account
from workstation.store.schema import UnitState
from workstation.verbs import to_plain


@click.command("pair")
@click.argument("url")
@auth_option
@click.option("--user", required=True, help="Who joins the desk: the first user of a new one.")
@click.option("--name", default="", help="The name people read (asked of the hub where there is one).")
@click.option(
    "--role", type=click.Choice(sorted(roles())), help="The role at a centre that does not tell it."
)
@click.option("--practitioner", default="", help="The id of the Practitioner resource.")
@json_option
@click.pass_obj
def pair_(
    session: Session,
    url: str,
    auth: str,
    user: str,
    name: str,
    role: str | None,
    practitioner: str,
    as_json: bool,
) -> None:
    """Join this desk to a centre.

    Standard input: first the centre's password or token (none with --auth none), then, for a new desk, the PIN or
    password that will unlock it; for an existing desk, the one that does.
    """
    kind = AuthKind(auth)
    secret = "" if kind is AuthKind.NONE else stdin_secret()
    local = stdin_secret()
    sign_in = SignIn(kind, user, secret, session.folder.name)
    given = Account(user, name or user, role, practitioner) if role else None
    desk = Desk(session.folder, station=station_of(session.folder))
    try:
        if not desk.exists:
            account = account_at(url, sign_in) if kind is AuthKind.HUB else given
            if account is None:
                raise Invalid(_("A new desk needs the role of its first user."), _("Give --role and --name."))
            desk.create(account, local)
        desk.unlock(user, local)
        profile = pair(url, sign_in, DeskBox(desk), desk.store, desk.clock)
        found = standing(desk.store, profile.url)
    finally:
        desk.close()
    lines = [_("Joined to {url}.", url=profile.url), *(found.words() if found else [])]
    say({**to_plain(profile), "server": as_data(found) if found else None}, as_json, lines)


@click.command("sync")
@click.option("--once", is_flag=True, help="One run, then end (otherwise until interrupted).")
@click.option("--user", required=True)
@secret_option
@json_option
@click.pass_obj
def sync_(session: Session, once: bool, user: str, source: str, as_json: bool) -> None:
    """Send what waits and fetch what changed."""
    with session.desk(user, secret_for(user, source)) as desk:
        if desk.actor is not None:
            desk.actor.require(Permission.SYNC_READ)
        service = service_of(desk)
        report = service.run_once()
        if not once:
            service.start()
            sys.stdin.read()
        service.stop()
    lines = [
        _(
            "{sent} sent, {received} received, {waiting} waiting",
            sent=report.sent,
            received=report.received,
            waiting=report.waiting,
        ),
        *([report.message, report.hint] if report.failed else []),
    ]
    say(report, as_json, lines)
    if report.failed:
        raise SystemExit(8)


@click.command()
@click.option("--user", required=True)
@secret_option
@json_option
@click.pass_obj
def status(session: Session, user: str, source: str, as_json: bool) -> None:
    """Say how this desk is: its centre, what waits, how fresh its records are."""
    with session.desk(user, secret_for(user, source)) as desk:
        counts = desk.store.look(outbox.counts)
        cursors = desk.store.look(inbox.cursors)
        profile = recall(desk.store)
        account = desk.actor
    fresh = max((complete for _state, complete in cursors.values()), default="")
    answer: dict[str, Any] = {
        "centre": profile.url if profile else "",
        "user": account.user if account else "",
        "waiting": counts[UnitState.WAITING],
        "refused": counts[UnitState.REFUSED],
        "parked": counts[UnitState.PARKED],
        "as_of": fresh,
        "safe_to_switch_off": True,
    }
    lines = [
        _("Centre: {url}", url=answer["centre"] or _("none")),
        _(
            "{waiting} waiting, {refused} refused, {parked} in conflict",
            waiting=answer["waiting"],
            refused=answer["refused"],
            parked=answer["parked"],
        ),
        _("As of {time}", time=fresh or _("never")),
    ]
    say(answer, as_json, lines)


@click.command()
@click.option("--user", required=True)
@secret_option
@json_option
@click.pass_obj
def conflicts(session: Session, user: str, source: str, as_json: bool) -> None:
    """List what the centre refused or has differently; nothing of it is lost."""
    with session.desk(user, secret_for(user, source)) as desk:
        found = desk.store.look(lambda c: outbox.units(c, UnitState.REFUSED, UnitState.PARKED))
    rows = [
        {
            "unit": unit.id,
            "state": unit.state.value,
            "action": unit.action,
            "made": unit.created_at,
            "reason": unit.error,
            "records": [f"{entry.type}/{entry.id}" for entry in unit.entries],
        }
        for unit in found
    ]
    say(
        rows,
        as_json,
        [f"{r['state']:8} {r['action']:24} {r['made']}  {r['reason']}" for r in rows] or [_("None.")],
    )
