"""Looking after a desk: verify, back up, restore, take records in and out."""

from __future__ import annotations

import platform
from importlib.metadata import version
from pathlib import Path

import click

from ui.cli.desk import secret_option
from ui.cli.frame import Session, say, secret_for, stdin_secret
from ui.cli.place import station_of
from workstation import backup as backups
from workstation.core.clock import SystemClock
from workstation.core.errors import Conflict, Invalid
from workstation.core.i18n import _
from workstation.exchange import read_records, take_in, write_records
from workstation.store import inbox, outbox
from workstation.store.verify import figures
from workstation.store.verify import verify as check

json_option = click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
user_option = click.option("--user", required=True, help="Who acts.")
FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@user_option
@secret_option
@json_option
@click.pass_obj
def verify(session: Session, user: str, source: str, as_json: bool) -> None:
    """Check file integrity, audit chain and indexes; ends with 1 when anything is wrong."""
    with session.desk(user, secret_for(user, source)) as desk:
        found = check(desk.store)
    lines = [
        _("{count} records, {entries} audit entries", count=found.records, entries=found.audit_entries),
        *found.file_problems,
        *(
            [_("The audit chain breaks at entry {number}.", number=found.chain_broken_at)]
            if found.chain_broken_at
            else []
        ),
        *[_("The index differs for {record}.", record=record) for record in found.index_differs],
        _("Everything is as it should be.")
        if found.sound
        else _("Something is wrong. Keep this folder as it is."),
    ]
    say(found, as_json, lines)
    if not found.sound:
        raise SystemExit(1)


@click.command()
@click.argument("target", type=FILE)
@user_option
@secret_option
@json_option
@click.pass_obj
def backup(session: Session, target: Path, user: str, source: str, as_json: bool) -> None:
    """Write the whole desk to one encrypted file; the backup's passphrase is the next line of stdin."""
    secret = secret_for(user, source)
    passphrase = stdin_secret()
    if target.exists():
        raise Conflict(
            _("There is already a file here: {path}", path=target), _("It was left as it is. Choose another.")
        )
    with session.desk(user, secret) as desk:
        manifest = backups.write(desk, target, passphrase)
    say(manifest, as_json, [_("Written: {path}", path=target)])


@click.command()
@click.argument("file", type=FILE)
@user_option
@json_option
@click.pass_obj
def restore(session: Session, file: Path, user: str, as_json: bool) -> None:
    """Build a desk from a backup in an empty folder; stdin: its passphrase, then the user's new secret."""
    passphrase, secret = stdin_secret(), stdin_secret()
    station = station_of(session.folder)
    try:
        manifest = backups.restore(
            file, session.folder, passphrase, user, secret, station=station, clock=SystemClock()
        )
    except FileExistsError as error:
        raise Conflict(
            _("There is a desk in {folder} already.", folder=session.folder),
            _("Choose an empty folder with --data."),
        ) from error
    say(manifest, as_json, [_("Restored into {folder}.", folder=session.folder)])


@click.command("export")
@click.argument("target", type=FILE)
@user_option
@secret_option
@json_option
@click.pass_obj
def export_(session: Session, target: Path, user: str, source: str, as_json: bool) -> None:
    """Write the desk's records as FHIR, in the clear: .json is a Bundle, .ndjson one record a line."""
    if target.exists():
        raise Conflict(
            _("There is already a file here: {path}", path=target), _("It was left as it is. Choose another.")
        )
    with session.desk(user, secret_for(user, source)) as desk:
        count = write_records(desk, target)
    say({"resources": count, "target": str(target)}, as_json, [_("Written: {path}", path=target)])


@click.command("import")
@click.argument("file", type=FILE)
@user_option
@secret_option
@json_option
@click.pass_obj
def import_(session: Session, file: Path, user: str, source: str, as_json: bool) -> None:
    """Take FHIR records into the desk; they travel to the centre like everything written here."""
    secret = secret_for(user, source)
    if not file.is_file():
        raise Invalid(_("There is no such file: {path}", path=file))
    try:
        records = read_records(file.read_bytes())
    except ValueError as error:
        raise Invalid(_("The file is not JSON: {why}", why=str(error))) from error
    with session.desk(user, secret) as desk:
        count = take_in(desk, records)
    say({"resources": count}, as_json, [_("Loaded: {count} resources", count=count)])


@click.command()
@user_option
@secret_option
@click.pass_obj
def diagnose(session: Session, user: str, source: str) -> None:
    """Print what support needs to know, as JSON: versions, counts, sizes, how fresh; no names and no content."""
    with session.desk(user, secret_for(user, source)) as desk:
        counts = desk.store.look(outbox.counts)
        report = {
            "qingnang": version("qingnang"),
            "python": platform.python_version(),
            "system": platform.platform(),
            "clock": desk.clock.now().isoformat(timespec="seconds"),
            "knowledge": desk.knowledge.version,
            "desk": figures(desk.store),
            "outbox": {state.value: number for state, number in counts.items()},
            "scopes": {name: complete for name, (_state, complete) in desk.store.look(inbox.cursors).items()},
            "sound": check(desk.store).sound,
        }
    say(report, as_json=True)
