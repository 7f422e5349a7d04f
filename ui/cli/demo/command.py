"""`qingnang demo`: the demo hospital with a window, or its journey without one."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from pathlib import Path

import click

from workstation.core import i18n
from workstation.core.errors import Conflict
from workstation.core.i18n import _
from workstation.security.permissions import roles


@click.command()
@click.option(
    "--headless",
    type=click.Path(path_type=Path, file_okay=False),
    help="Run the journey without a display and leave its papers, pictures and journey.json here.",
)
@click.option("--lang", type=click.Choice(list(i18n.LANGUAGES)), default=None)
@click.option("--role", type=click.Choice(sorted(roles())), default="doctor-attending", show_default=True)
@click.option(
    "--pictures/--no-pictures", default=True, show_default=True, help="Take pictures of the screens."
)
def demo(headless: Path | None, lang: str | None, role: str, pictures: bool) -> None:
    """The demo hospital: hub, desks, three hundred invented patients and a morning's queue, in one go."""
    if lang:
        i18n.set_language(lang)
    if headless is not None:
        sys.exit(run_headless(headless, pictures))
    if not has_display():
        folder = Path("demo-output")
        click.echo(_("There is no display here, so the demo runs its journey without one."))
        sys.exit(run_headless(folder, pictures, again=True))
    from ui.cli.demo.window import show_demo

    with tempfile.TemporaryDirectory(prefix="qingnang-demo-") as folder_name:
        sys.exit(show_demo(Path(folder_name), role))


def has_display() -> bool:
    """Say whether a window can be shown here."""
    if platform.system() == "Linux":
        return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return True


def run_headless(folder: Path, pictures: bool, again: bool = False) -> int:
    """Run the journey into `folder`; 0 when every step went well and all desks equal the hub."""
    from ui.cli.demo.journey import Runner

    if folder.exists() and any(folder.iterdir()):
        if not again:
            raise Conflict(
                _("The folder is not empty: {folder}", folder=folder), _("Name an empty or a new one.")
            )
        folder = Path(tempfile.mkdtemp(prefix="run-", dir=folder))
    folder.mkdir(parents=True, exist_ok=True)
    runner = Runner(folder, click.echo)
    try:
        journey = runner.run()
    finally:
        written = runner.write()
    if pictures:
        from ui.cli.demo.pictures import take_pictures

        for name in take_pictures(runner.world, folder):
            click.echo(f"ok  picture     {name}")
    click.echo(_("The results are in {folder}; start with {file}.", folder=folder, file=written.name))
    return 0 if journey.ok else 1
