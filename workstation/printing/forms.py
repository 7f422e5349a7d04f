"""Wording and measures of a paper, read from resources/print: a site changes its forms without changing code.

A paper speaks its own language, not the screen's: each file holds a `[zh]` and an `[en]` table of the same keys.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from workstation.printing.documents import Language


@dataclass(frozen=True, slots=True)
class Form:
    """One paper's file in one language: `words` to print, `sizes` in millimetres and points, `tints` as #RRGGBB."""

    words: Mapping[str, Any]
    sizes: Mapping[str, float]
    tints: Mapping[str, str]

    def say(self, key: str, **values: object) -> str:
        """Give a wording with its `{named}` values filled in. Raises KeyError for a key the file lacks."""
        return str(self.words[key]).format(**values)

    def choice(self, key: str, value: str) -> str:
        """Give the wording of one value of a coded field, such as the label of a prescription type."""
        return str(self.words[key][value])

    def texts(self, key: str) -> tuple[str, ...]:
        """Give a wording of several lines."""
        return tuple(str(line) for line in self.words[key])


@lru_cache(maxsize=32)
def load_form(name: str, language: Language, folder: Path | None = None) -> Form:
    """Read a form; a file of the same name in `folder`, the site's own, replaces the shipped one."""
    site = folder / f"{name}.toml" if folder else None
    if site and site.is_file():
        text = site.read_text("utf-8")
    else:
        text = (resources.files("resources") / "print" / f"{name}.toml").read_text("utf-8")
    data = tomllib.loads(text)
    return Form(words=data[language], sizes=data["sizes"], tints=data.get("tints", {}))
