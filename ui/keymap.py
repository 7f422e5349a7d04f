"""Keys are data: resources/keymap.toml binds action ids to keys, per scope. The innermost wins, global never loses.

Scopes: `global`, `role.<group>` (a group of roles, see `[groups]`) and `page.<page id>`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final

from PySide6.QtGui import QKeySequence

PORTABLE: Final = QKeySequence.SequenceFormat.PortableText
NATIVE: Final = QKeySequence.SequenceFormat.NativeText
RESERVED: Final = frozenset({"Ctrl+Space", "Shift+Space", "Ctrl+Shift+F", "Ctrl+."})
GLOBAL: Final = "global"


def canonical(key: str) -> str:
    """Write a key the one way it is compared. Raises ValueError for a key nobody has."""
    text = QKeySequence(key).toString(PORTABLE)
    if not text:
        raise ValueError(f"{key!r} is not a key")
    return text


def may_bind(key: str) -> bool:
    """Say whether a key is free to use: not an input method's, not an AltGr chord."""
    return key not in RESERVED and not key.startswith("Ctrl+Alt+")


@dataclass(frozen=True, slots=True)
class Clash:
    """Two actions on one key in one scope, or a key that may not be bound."""

    scope: str
    key: str
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Keymap:
    """Which key runs which action, by scope; `groups` says which role uses which role scope."""

    scopes: Mapping[str, Mapping[str, tuple[str, ...]]]
    groups: Mapping[str, str]

    def layers(self, role: str, page: str) -> Iterator[Mapping[str, tuple[str, ...]]]:
        """Give the bindings that count, the innermost first."""
        for scope in (f"page.{page}", f"role.{self.groups.get(role, '')}", GLOBAL):
            if scope in self.scopes:
                yield self.scopes[scope]

    def keys(self, action: str, role: str, page: str) -> tuple[str, ...]:
        """Give the keys of an action where this role is on this page."""
        for layer in self.layers(role, page):
            if action in layer:
                return layer[action]
        return ()

    def action_ids(self, key: str, role: str, page: str) -> list[str]:
        """Give the actions a key may run, the innermost scope first."""
        return [action for layer in self.layers(role, page) for action, keys in layer.items() if key in keys]

    def clashes(self) -> list[Clash]:
        """Give every double, reserved or shadowed key: an empty list is the only good answer."""
        found: list[Clash] = []
        for scope, bindings in self.scopes.items():
            by_key: dict[str, list[str]] = {}
            for action, keys in bindings.items():
                for key in keys:
                    by_key.setdefault(key, []).append(action)
            for key, actions in by_key.items():
                held = [
                    a for a, keys in self.scopes.get(GLOBAL, {}).items() if key in keys and scope != GLOBAL
                ]
                if len(actions) > 1 or held or not may_bind(key):
                    found.append(Clash(scope, key, tuple(actions + held)))
        return found


def _bindings(table: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return {
        action: tuple(canonical(key) for key in ([keys] if isinstance(keys, str) else keys))
        for action, keys in table.items()
    }


def read_keymap(text: str) -> Keymap:
    """Read a keymap. Raises ValueError for a key nobody has."""
    data = tomllib.loads(text)
    scopes = {GLOBAL: _bindings(data.get(GLOBAL, {}))}
    for kind in ("role", "page"):
        scopes |= {f"{kind}.{name}": _bindings(table) for name, table in data.get(kind, {}).items()}
    return Keymap(scopes, data.get("groups", {}))


def load_keymap() -> Keymap:
    """Read the keymap that the program ships or the site replaced."""
    return read_keymap((resources.files("resources") / "keymap.toml").read_text("utf-8"))


def shown(key: str) -> str:
    """Write a key as it stands on this computer's keyboard, for hints and menus."""
    return QKeySequence(key).toString(NATIVE)
