"""The embedded centre from the command line; every command works with its service running or not."""

from __future__ import annotations

from pathlib import Path

import click

from sync.hub import admin
from sync.hub.config import HubConfig
from sync.hub.server import serve_forever
from ui.cli.frame import say, stdin_secret
from workstation.core.i18n import _
from workstation.security.permissions import roles

data_option = click.option(
    "--data", type=click.Path(path_type=Path, file_okay=False), required=True, help="The hub's data folder."
)
key_option = click.option(
    "--key-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The hub's key, outside its data folder.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")


@click.group()
def hub() -> None:
    """The embedded centre: a small FHIR R4 server on one encrypted file."""


@hub.command()
@data_option
@key_option
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8765, show_default=True, type=click.IntRange(0, 65535))
@click.option("--tls-cert", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--tls-key", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option(
    "--insecure-http", is_flag=True, help="Serve other computers unencrypted (something else encrypts)."
)
@click.option("--referential-integrity/--no-referential-integrity", default=True, show_default=True)
@click.option("--base-url", default="", help="The address as desks see it, behind a proxy.")
def serve(
    data: Path,
    key_file: Path | None,
    host: str,
    port: int,
    tls_cert: Path | None,
    tls_key: Path | None,
    insecure_http: bool,
    referential_integrity: bool,
    base_url: str,
) -> None:
    """Serve until stopped; prints one line with the base URL when it listens."""
    serve_forever(
        HubConfig(
            data=data,
            host=host,
            port=port,
            tls_cert=tls_cert,
            tls_key=tls_key,
            insecure_http=insecure_http,
            key_file=key_file,
            referential_integrity=referential_integrity,
            base_url=base_url,
        )
    )


@hub.group()
def user() -> None:
    """People who may sign in at the hub."""


@user.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice(sorted(roles())), required=True)
@click.option("--display", default="", help="The name people read.")
@click.option("--practitioner", default="", help="The id of the Practitioner resource.")
@click.option("--extra", multiple=True, help="A permission beyond the role; may be repeated.")
@click.option(
    "--password-stdin", is_flag=True, required=True, help="The password is the first line of stdin."
)
@data_option
@key_option
@json_option
def user_add(
    name: str,
    role: str,
    display: str,
    practitioner: str,
    extra: tuple[str, ...],
    password_stdin: bool,
    data: Path,
    key_file: Path | None,
    as_json: bool,
) -> None:
    """Add a user; the password comes on stdin."""
    added = admin.user_add(
        data,
        name,
        role,
        stdin_secret(),
        display=display,
        practitioner=practitioner,
        extra=extra,
        key_file=key_file,
    )
    say(added, as_json, [_("Added: {name} ({role})", name=added.name, role=added.role)])


@user.command("list")
@data_option
@key_option
@json_option
def user_list(data: Path, key_file: Path | None, as_json: bool) -> None:
    """List the users."""
    found = admin.user_list(data, key_file)
    say(found, as_json, [f"{u.name:16} {u.role:20} {u.display}" for u in found])


@hub.command()
@click.argument("name")
@data_option
@key_option
def token(name: str, data: Path, key_file: Path | None) -> None:
    """Make a long-lived token for a user and print it alone."""
    click.echo(admin.token_create(data, name, key_file))


@hub.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--validate/--no-validate", default=True, show_default=True, help="Check each resource's structure."
)
@data_option
@key_option
@json_option
def load(files: tuple[Path, ...], validate: bool, data: Path, key_file: Path | None, as_json: bool) -> None:
    """Load FHIR files: Bundles, NDJSON or single resources."""
    loaded = admin.load(data, files, key_file, validate)
    say(loaded, as_json, [_("Loaded: {count} resources", count=loaded.stored)])


@hub.command()
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--type", "types", multiple=True, help="Only this resource type; may be repeated.")
@data_option
@key_option
@json_option
def export(target: Path, types: tuple[str, ...], data: Path, key_file: Path | None, as_json: bool) -> None:
    """Write every current resource, in the clear: a .json Bundle, an .ndjson file, or a folder of .ndjson."""
    count = admin.export(data, target, types, key_file)
    say({"resources": count, "target": str(target)}, as_json, [_("Written: {path}", path=target)])


@hub.command()
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False))
@data_option
@key_option
@json_option
def backup(target: Path, data: Path, key_file: Path | None, as_json: bool) -> None:
    """Write an encrypted copy with its manifest."""
    manifest = admin.backup(data, target, key_file)
    say(manifest, as_json, [_("Written: {path}", path=target)])


@hub.command()
@data_option
@key_option
@json_option
def status(data: Path, key_file: Path | None, as_json: bool) -> None:
    """Say how the hub is."""
    found = admin.status(data, key_file)
    running = _("running at {url}", url=found.url) if found.running else _("not running")
    total = sum(found.resources.values())
    lines = [
        f"{found.version}  {running}",
        _(
            "{count} resources, {users} users, {size} MB",
            count=total,
            users=found.users,
            size=found.size // 10**6,
        ),
    ]
    say(found, as_json, lines)
