"""What each clinical conflict says, and what may be done about it; the conditions are in `workstation.rules`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workstation.core.i18n import pick


@dataclass(frozen=True, slots=True)
class Remedy:
    """One way to settle a conflict. `needs` is the permission of whoever may choose it.

    `command` is the verb that carries it out (empty: nothing but the answer); `words` says that it must be explained.
    """

    code: str
    text_zh: str
    text_en: str
    needs: str
    command: str = ""
    words: bool = False

    @property
    def text(self) -> str:
        """What the button says, in the language of the screen."""
        return pick(self.text_zh, self.text_en)


@dataclass(frozen=True, slots=True)
class ConflictRule:
    """One conflict as the data describes it; `severity` 1: act now, 2: settle today."""

    id: str
    severity: int
    title_zh: str
    title_en: str
    message_zh: str
    message_en: str
    basis_zh: str
    basis_en: str
    remedies: tuple[Remedy, ...]

    @property
    def title(self) -> str:
        """The title in the language of the screen."""
        return pick(self.title_zh, self.title_en)

    @property
    def message(self) -> str:
        """The sentence to fill in, in the language of the screen."""
        return pick(self.message_zh, self.message_en)

    @property
    def basis(self) -> str:
        """The rule or law behind it, in the language of the screen."""
        return pick(self.basis_zh, self.basis_en)


def conflict_rules(table: Mapping[str, Any]) -> Mapping[str, ConflictRule]:
    """Read conflicts.toml. Raises KeyError for a remedy that is not described."""
    remedies = {r["code"]: _remedy(r) for r in table["remedy"]}
    return {c["id"]: _rule(c, remedies) for c in table["conflict"]}


def _remedy(row: Mapping[str, Any]) -> Remedy:
    return Remedy(
        row["code"], row["zh"], row["en"], row["needs"], row.get("do", ""), bool(row.get("words", False))
    )


def _rule(row: Mapping[str, Any], remedies: Mapping[str, Remedy]) -> ConflictRule:
    texts = {name: row[name] for name in row if name.endswith(("_zh", "_en"))}
    return ConflictRule(
        id=row["id"],
        severity=row["severity"],
        remedies=tuple(remedies[code] for code in row["remedies"]),
        **texts,
    )
