"""Reads knowledge files: the site's own copy when there is one, the shipped one otherwise.

A site replaces single files by putting them, under the same name, into its knowledge folder.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Final

from workstation.core.errors import Unavailable
from workstation.core.i18n import _

FOLDER: Final = "knowledge"


@dataclass(frozen=True, slots=True)
class Sources:
    """Where knowledge is read from; `site` may be None."""

    site: Path | None = None

    def replaced(self, name: str) -> bool:
        """Say whether the site has its own copy of a file."""
        return self.site is not None and (self.site / name).is_file()

    def text(self, name: str) -> str:
        """Give a file's text. Raises Unavailable when neither the site nor the installation has it."""
        try:
            if self.site is not None and self.replaced(name):
                return (self.site / name).read_text("utf-8-sig")
            return (resources.files("resources") / FOLDER / name).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise Unavailable(
                _("The knowledge file {name} cannot be read.", name=name),
                _(
                    "Records are safe. Checks that need this file are shown as not run; ask the administrator."
                ),
            ) from error

    def rows(self, name: str) -> list[dict[str, str]]:
        """Give a CSV file's rows."""
        return list(csv.DictReader(self.text(name).splitlines()))

    def table(self, name: str) -> Mapping[str, Any]:
        """Give a TOML file. Raises Unavailable when it is not TOML."""
        try:
            return tomllib.loads(self.text(name))
        except tomllib.TOMLDecodeError as error:
            raise Unavailable(
                _("The knowledge file {name} cannot be read.", name=name),
                _(
                    "Records are safe. Checks that need this file are shown as not run; ask the administrator."
                ),
            ) from error
