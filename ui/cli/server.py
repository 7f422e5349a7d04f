"""`qingnang probe`: what a FHIR server really does, learnt by trying, and what that means for a desk."""

from __future__ import annotations

from typing import Any, Final

import click

from sync.admission import Standing, accept, learn
from sync.auth import MemoryBox
from sync.errors import SyncError
from sync.pairing import AuthKind, SignIn, open_client, open_line
from sync.probe import examine
from sync.server_profile import Verdict
from sync.server_words import findings
from ui.cli.frame import Session, fail, say, stdin_secret
from ui.cli.line import DeskBox
from workstation.core.clock import SystemClock
from workstation.core.errors import Denied, Unavailable
from workstation.core.i18n import _
from workstation.security.permissions import Permission
from workstation.verbs import to_plain

EXIT: Final = {Verdict.FIT: 0, Verdict.CARE: 1, Verdict.REFUSED: 2}
OUT_OF_REACH: Final = 8

json_option = click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
auth_option = click.option(
    "--auth", type=click.Choice([kind.value for kind in AuthKind]), default="hub", show_default=True
)


@click.command("probe")
@click.argument("url", default="")
@auth_option
@click.option("--user", default="", help="Who signs in at the server; without URL, who unlocks this desk.")
@click.option("--accept", "reason", default="", help="Without URL: accept a refused server, for this reason.")
@json_option
@click.pass_obj
def probe_(session: Session, url: str, auth: str, user: str, reason: str, as_json: bool) -> None:
    """Learn by trying what a FHIR server does, and say what it means for a desk.

    About fifty requests with throwaway records (marked, without any patient's data), which are deleted again; where
    the server keeps a history, it keeps their traces. Standard input: the password or token of the server (none with
    --auth none).

    Without URL, the centre of this desk is examined again as an administrator of the desk, whose PIN or password is
    the first line of standard input, and the result is kept. With --accept REASON a server that is refused for writes
    gets this desk's work all the same, one record at a time; that is noted with name, time and reason.

    Exit codes: 0 fit, 1 fit with care, 2 refused for writes (also after --accept), 3 denied, 5 wrong address, 8 it
    could not be examined (no line, wrong sign-in, no FHIR server). On wrong usage, 2 and nothing on standard output.
    """
    try:
        found = _server(url, auth, user) if url else _centre(session, user, reason)
    except SyncError as error:
        fail(error, as_json)
        raise SystemExit(OUT_OF_REACH) from error
    say(as_data(found), as_json, found.words())
    raise SystemExit(EXIT[found.verdict])


def _server(url: str, auth: str, user: str) -> Standing:
    kind = AuthKind(auth)
    secret = "" if kind is AuthKind.NONE else stdin_secret()
    client = open_client(url, SignIn(kind, user, secret), MemoryBox())
    try:
        return Standing(examine(client, SystemClock()))
    finally:
        client.close()


def _centre(session: Session, user: str, reason: str) -> Standing:
    with session.desk(user, stdin_secret()) as desk:
        actor = desk.actor
        if actor is None:
            raise Denied(_("This desk is locked."))
        actor.require(Permission.SYNC_MANAGE)
        line = open_line(desk.store, DeskBox(desk))
        if line is None:
            raise Unavailable(_("This desk is not joined to a centre."), _("Join it first."))
        try:
            found = learn(desk.store, line.client, desk.clock)
        finally:
            line.client.close()
        return accept(desk.store, actor, line.profile.url, reason, desk.clock) if reason else found


def as_data(found: Standing) -> dict[str, Any]:
    """Give everything about a server as plain data for a script."""
    return {
        "verdict": found.verdict.value,
        "may_send": found.may_send,
        "findings": to_plain(list(findings(found.profile))),
        "consent": to_plain(found.consent) if found.consent else None,
        "profile": to_plain(found.profile),
    }
