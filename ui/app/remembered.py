"""What the first screen needs before the database is open: who came last, and how their window looked.

It lies in `window.json` beside the database and holds nothing about any patient.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from ui.shell_parts.session import Look
from workstation.core.i18n import LANGUAGES
from workstation.core.settings import DENSITY, LANGUAGE, SCALE, THEME

FILE = "window.json"
MOST = 6


@dataclass(frozen=True, slots=True)
class Kept:
    """The content of the file."""

    recent: tuple[str, ...] = ()
    language: str = ""
    theme: str = THEME.default
    density: str = DENSITY.default
    scale: int = SCALE.default
    site: str = ""
    room: str = ""


class Remembered:
    """One desk folder's memory of its last window; a missing or damaged file is an empty one."""

    def __init__(self, folder: Path, language: str) -> None:
        self._path = folder / FILE
        self._kept = _read(self._path)
        self._language = language

    @property
    def recent(self) -> tuple[str, ...]:
        """Give who came last, the latest first."""
        return self._kept.recent

    def look(self) -> Look:
        """Give how the last window looked."""
        k = self._kept
        return Look(k.language or self._language, k.theme, k.density, k.scale, k.site, k.room, 5, "")

    def came(self, user: str) -> None:
        """Put somebody first."""
        others = (each for each in self._kept.recent if each != user)
        self._keep(replace(self._kept, recent=(user, *others)[:MOST]))

    def keep_look(self, look: Look) -> None:
        """Remember how a window looks now."""
        self._keep(
            replace(
                self._kept,
                language=look.language,
                theme=look.mode,
                density=look.density,
                scale=look.scale,
                site=look.site,
                room=look.room,
            )
        )

    def _keep(self, kept: Kept) -> None:
        if kept == self._kept:
            return
        self._kept = kept
        part = self._path.with_suffix(".new")
        part.write_text(json.dumps(asdict(kept), ensure_ascii=False), "utf-8")
        os.replace(part, self._path)


def _read(path: Path) -> Kept:
    try:
        return _checked(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        return Kept()


def _checked(found: dict[str, Any]) -> Kept:
    kept = Kept(
        tuple(str(user) for user in found["recent"]),
        str(found["language"]),
        THEME.check(found["theme"]),
        DENSITY.check(found["density"]),
        SCALE.check(found["scale"]),
        str(found["site"]),
        str(found["room"]),
    )
    if kept.language and kept.language not in LANGUAGES:
        raise ValueError(LANGUAGE.key)
    return kept
