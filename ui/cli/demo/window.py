"""The demo hospital with a window: hub, one desk that knows all the staff, and a morning's queue, in one go."""

from __future__ import annotations

from pathlib import Path

import click

from resources.demo.tables import table
from ui.app import Setup, run
from ui.app.remembered import Remembered
from ui.cli.demo.world import DEMO_COST, Post, World
from ui.cli.line import sync_now
from ui.cli.place import DEMO_SECRET
from ui.shell_parts.session import read_look
from workstation.core.i18n import _, language, pick
from workstation.core.settings import LANGUAGE
from workstation.security.permissions import roles
from workstation.security.station import FileSecret
from workstation.store.accounts import Account

STATION = "demo"


def show_demo(folder: Path, role: str) -> int:
    """Build the demo hospital in `folder`, show the window for somebody of `role`, end everything with the window."""
    world = World(folder)
    account = first_of(world, role)
    click.echo(_("Building the demo hospital: about {count} invented patients.", count=300))
    world.fill_hub()
    world.hub.start()
    try:
        desk_folder = feed(world, account)
        click.echo(
            _(
                "The window opens. Sign in as {user} with the PIN {pin}.",
                user=account.user,
                pin=world.hospital.pin,
            )
        )
        return run(
            Setup(
                desk_folder,
                FileSecret(desk_folder / DEMO_SECRET),
                cost=DEMO_COST,
                station_name=STATION,
                box_of=lambda _desk: world.box,
                note=lambda: log_ins(world),
                user=account.user,
            )
        )
    finally:
        world.hub.stop()


def first_of(world: World, role: str) -> Account:
    """Give the first of the staff with a role."""
    return next(account for account in world.hospital.accounts if account.role == role)


def feed(world: World, account: Account) -> Path:
    """Make the desk, fetch everything from the hub, and leave the desk closed for the window."""
    desk = world.make_desk("desk", post_of(account))
    try:
        report = sync_now(desk, world.box)
        if report.failed:
            raise RuntimeError(f"the demo desk could not be fed: {report.message}")
        desk.lock("demo")
        desk.set_setting(LANGUAGE, language())
        Remembered(desk.folder, language()).keep_look(read_look(desk))
    finally:
        desk.close()
    return world.folder / "desk"


def post_of(account: Account) -> Post:
    """Give where somebody of the demo staff works: a consultation room, a ward, or neither."""
    row = next(row for row in table("hospital")["staff"] if row["user"] == account.user)
    return Post(account.user, STATION, str(row.get("room", "")), str(row.get("ward", "")))


def log_ins(world: World) -> str:
    """Say who can sign in, one of each role, with the PIN they all share."""
    lines = [_("Demo: nothing here is real. Everybody has the PIN {pin}.", pin=world.hospital.pin)]
    seen: set[str] = set()
    for account in world.hospital.accounts:
        if account.role not in seen:
            seen.add(account.role)
            role = roles()[account.role]
            lines.append(f"{account.user}  {account.name}  {pick(role.zh, role.en)}")
    return "\n".join(lines)
