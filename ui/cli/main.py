"""`qingnang`: without a command it opens the window, with one it serves scripts and support staff.

A command's file is imported when it is asked for: the window must not wait for what only scripts need.
"""

from __future__ import annotations

import importlib
import logging
import sys
from pathlib import Path
from typing import Any, Final

import click

from ui.cli.frame import Session, fail
from ui.cli.place import default_folder, system_language
from workstation.core import i18n
from workstation.core.errors import UserError

COMMANDS: Final = {
    "ask": "desk:ask",
    "backup": "keeping:backup",
    "conflicts": "centre:conflicts",
    "demo": "demo.command:demo",
    "diagnose": "keeping:diagnose",
    "do": "desk:do",
    "export": "keeping:export_",
    "hub": "hub:hub",
    "import": "keeping:import_",
    "pair": "centre:pair_",
    "print": "desk:print_",
    "probe": "server:probe_",
    "restore": "keeping:restore",
    "status": "centre:status",
    "sync": "centre:sync_",
    "verify": "keeping:verify",
}


class Root(click.Group):
    """The command group that finds its commands by name and turns a `UserError` into a sentence and an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Give every command's name."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and give one command; None for a name that is none."""
        if cmd_name not in COMMANDS:
            return None
        module, _sep, attribute = COMMANDS[cmd_name].partition(":")
        found = getattr(importlib.import_module(f"ui.cli.{module}"), attribute)
        return found if isinstance(found, click.Command) else None

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what the user can act on is said without a traceback."""
        try:
            return super().invoke(ctx)
        except UserError as error:
            sys.exit(fail(error, "--json" in sys.argv))


@click.group(cls=Root, invoke_without_command=True)
@click.version_option(package_name="qingnang", prog_name="qingnang")
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="QINGNANG_DATA",
    help="The folder of this desk (or QINGNANG_DATA).",
)
@click.option("--lang", type=click.Choice(list(i18n.LANGUAGES)), help="The language of screens and messages.")
@click.option("--verbose", is_flag=True, help="Write what happens to standard error.")
@click.pass_context
def root(ctx: click.Context, data: Path | None, lang: str | None, verbose: bool) -> None:
    """Qingnang 青囊: the clinical workstation. Without a command, opens the window."""
    i18n.set_language(lang or system_language())
    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING)
    ctx.obj = Session(data or default_folder())
    if ctx.invoked_subcommand is None:
        from ui.cli.window import show

        ctx.exit(show(ctx.obj.folder))


def main() -> None:
    """Run the command line."""
    root(prog_name="qingnang")
