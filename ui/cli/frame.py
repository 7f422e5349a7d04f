"""What every command shares: the desk folder, signing in from stdin, JSON answers, exit codes, no tracebacks.

Exit codes: 0 done, 1 something the user can act on, 2 wrong usage, 3 denied, 4 not found, 5 invalid input,
6 alerts need reasons, 7 conflict, 8 out of reach.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
import orjson

from ui.cli.place import station_of
from workstation.core.errors import Denied, Invalid, NotFound, UserError
from workstation.core.i18n import _

if TYPE_CHECKING:
    from workstation.desk import Desk

EXIT_CODES: Final = {
    "denied": 3,
    "not-found": 4,
    "invalid": 5,
    "needs-reason": 6,
    "conflict": 7,
    "unavailable": 8,
}
log = logging.getLogger("qingnang")


@dataclass(slots=True)
class Session:
    """The options before the command's own name."""

    folder: Path

    def open(self) -> Desk:
        """Open the desk folder, locked. Raises NotFound when there is no desk in it."""
        if not (self.folder / "vault.json").exists():
            raise NotFound(
                _("There is no desk in {folder}.", folder=self.folder),
                _("Join one to a centre with `qingnang pair`, or look at `qingnang demo`."),
            )
        from workstation.desk import (
            Desk,
        )  # not above: the window asks this file only where the station's secret is

        return Desk(self.folder, station=station_of(self.folder))

    @contextmanager
    def desk(self, user: str, secret: str) -> Iterator[Desk]:
        """Open and unlock the desk for the time of one command."""
        desk = self.open()
        try:
            desk.unlock(user, secret)
            yield desk
        finally:
            desk.close()


def stdin_secret() -> str:
    """Give the first line of stdin: a password or PIN. Raises Denied when there is none."""
    if sys.stdin.isatty():
        return str(click.prompt(_("Password or PIN"), hide_input=True))
    line = sys.stdin.readline().rstrip("\r\n")
    if not line:
        raise Denied(_("A password or PIN is expected on the first line of standard input."))
    return line


def secret_for(user: str, source: str) -> str:
    """Give a user's secret from stdin or from this computer's keyring. Raises Denied."""
    if source == "stdin":
        return stdin_secret()
    import keyring
    from keyring.errors import KeyringError

    try:
        kept = keyring.get_password("qingnang-script", user)
    except KeyringError:
        kept = None
    if not kept:
        raise Denied(
            _("This computer's keyring holds no secret for {user}.", user=user),
            _("Put it there under the service qingnang-script, or give it on standard input."),
        )
    return kept


def read_json(source: str) -> bytes:
    """Give the JSON text of `--json`: `-` is the rest of stdin, otherwise the name of a file. Raises Invalid."""
    if source == "-":
        return sys.stdin.read().encode()
    path = Path(source)
    if not path.is_file():
        raise Invalid(_("There is no such file: {path}", path=source))
    return path.read_bytes()


def say(value: Any, as_json: bool, lines: list[str] | None = None) -> None:
    """Print an answer: JSON for scripts, or lines for people."""
    if as_json or lines is None:
        from workstation.verbs import to_plain

        click.echo(orjson.dumps(to_plain(value), option=orjson.OPT_INDENT_2).decode())
    else:
        click.echo("\n".join(lines))


def fail(error: UserError, as_json: bool) -> int:
    """Say what went wrong and what to do; gives the exit code."""
    if as_json:
        body = {"error": error.code, "message": error.message, "hint": error.hint}
        alerts = getattr(error, "alerts", None)
        if alerts:
            from workstation.verbs import to_plain

            body["alerts"] = to_plain(list(alerts))
        click.echo(orjson.dumps(body, option=orjson.OPT_INDENT_2).decode(), err=True)
    else:
        click.echo(error.message, err=True)
        if error.hint:
            click.echo(error.hint, err=True)
    return EXIT_CODES.get(error.code, 1)
