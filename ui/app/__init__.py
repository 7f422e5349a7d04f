"""The composition root of the window: the one place, with the command line, that has met both screens and sync.

`run(Setup(folder, station))` shows the window of a desk and gives the exit code.
"""

from __future__ import annotations

from ui.app.window import Setup, Window, make_application, run

__all__ = ["Setup", "Window", "make_application", "run"]
