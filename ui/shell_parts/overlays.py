"""What the window lays over itself and takes away when it is closed: search box, keys, settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QWidget

from ui.actions import Actions
from ui.context import Context
from ui.key_overlay import KeyOverlay
from ui.palette import CommandProvider, Palette, Provider
from ui.preferences import Preferences
from ui.shell_parts.specs import WindowSpec
from ui.widgets.overlay import Overlay
from workstation.core.settings import Setting


def open_palette(host: QWidget, ctx: Context, spec: WindowSpec, text: str) -> None:
    """Open the search and command box over a widget, with something typed already."""

    def providers() -> list[Provider]:
        patient = ctx.opener.front_patient()
        name = patient.name if patient is not None else ""
        commands = [CommandProvider(ctx.actions, lambda: name, prefix) for prefix in ">?"]
        return [*spec.providers(ctx), *commands]

    palette = Palette(host, providers)
    _gone_when_closed(palette)
    palette.open_with(text)


def open_keys(host: QWidget, actions: Actions) -> None:
    """Show every key of this screen."""
    overlay = KeyOverlay(host, actions)
    _gone_when_closed(overlay)
    overlay.open()


def open_settings(host: QWidget, ctx: Context, changed: Callable[[Setting[Any], Any], None]) -> None:
    """Show the settings; `changed` is called with what was changed."""
    overlay = Preferences(host, ctx)
    overlay.changed.connect(changed)
    _gone_when_closed(overlay)
    overlay.open()


def _gone_when_closed(overlay: Overlay) -> None:
    overlay.visibility_changed.connect(lambda shown: None if shown else overlay.deleteLater())
