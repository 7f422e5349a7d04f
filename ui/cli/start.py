"""Where the program starts. Somebody who opens the window does not wait for what reads a command line."""

from __future__ import annotations

import gc
import logging
import os
import sys
from pathlib import Path


def main() -> None:
    """Open the window when nothing but its folder is named, else run the command line."""
    folder = folder_named(sys.argv[1:])
    if folder is None:
        from ui.cli.main import main as command_line

        command_line()
        return
    sys.exit(show_window(folder))


def show_window(folder: str) -> int:
    """Show the window of a folder (empty: the usual one) until it is closed; gives the exit code."""
    gc.disable()  # until the window's own collector takes over: what is loaded now stays anyway
    from ui.cli.place import default_folder, system_language
    from ui.cli.window import show
    from workstation.core.errors import UserError
    from workstation.core.i18n import set_language

    set_language(system_language())
    logging.basicConfig(level=logging.WARNING)
    try:
        return show(Path(folder) if folder else default_folder())
    except UserError as error:
        from ui.cli.frame import fail

        return fail(error, as_json=False)


def folder_named(words: list[str]) -> str | None:
    """Give the folder where these words ask for the window alone (empty: the usual one), or None for a command."""
    if not words:
        return os.environ.get("QINGNANG_DATA", "")
    return words[1] if len(words) == 2 and words[0] == "--data" and Path(words[1]).is_dir() else None
