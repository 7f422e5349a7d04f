"""The names of the roles alone: the unlock screen shows them and needs neither rights nor a TOML reader for that."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from workstation.core.data import data_folder
from workstation.core.i18n import pick

ENTRY: Final = re.compile(r'^\[([a-z0-9-]+)\]\s*$|^(zh|en) = "([^"\\]*)"\s*$', re.MULTILINE)


def role_name(role: str) -> str:
    """Give a role's name in the language of the screen; empty for an unknown one."""
    names = _names().get(role, {})
    return pick(names.get("zh", ""), names.get("en", ""))


@cache
def _names() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    names: dict[str, str] = {}
    text = (data_folder() / "knowledge" / "roles.toml").read_text("utf-8")
    for section, tongue, name in ENTRY.findall(text):
        if section:
            names = found.setdefault(section, {})
        else:
            names[tongue] = name
    return found
