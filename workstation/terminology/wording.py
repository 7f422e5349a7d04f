"""The lesser kinds of knowledge: phrases and note skeletons, coded lists, skin tests, and what each file is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from workstation.core.i18n import pick


@dataclass(frozen=True, slots=True)
class Phrase:
    """A short text a mnemonic writes out; `{...}` marks a place to fill in."""

    mnemonic: str
    section: str
    text_zh: str
    text_en: str


@dataclass(frozen=True, slots=True)
class NoteTemplate:
    """A skeleton of an outpatient note: section code to text, in both languages."""

    id: str
    name_zh: str
    name_en: str
    diagnosis: str
    initials: str
    sections_zh: tuple[tuple[str, str], ...]
    sections_en: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        """The name in the language of the screen."""
        return pick(self.name_zh, self.name_en)

    @property
    def sections(self) -> tuple[tuple[str, str], ...]:
        """Section codes and texts in the language of the screen, in writing order."""
        return self.sections_zh if pick("zh", "en") == "zh" else self.sections_en


@dataclass(frozen=True, slots=True)
class Coded:
    """A code with a name in both languages; `detail` holds what else the file says about it."""

    code: str
    name_zh: str
    name_en: str
    initials: str = ""
    detail: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        """The name in the language of the screen."""
        return pick(self.name_zh, self.name_en)

    def get(self, key: str, default: str = "") -> str:
        """Give one further detail."""
        return dict(self.detail).get(key, default)


@dataclass(frozen=True, slots=True)
class SkinTest:
    """How a skin test is done and for how long a negative one stands."""

    code: str
    name_zh: str
    name_en: str
    required: str
    valid_hours: int
    concentration_zh: str
    concentration_en: str
    read_after_minutes: tuple[int, int]
    positive_zh: str
    positive_en: str
    basis_zh: str
    basis_en: str


@dataclass(frozen=True, slots=True)
class Lookalike:
    """Two names that are easily mixed up."""

    a: str
    b: str
    a_en: str = ""
    b_en: str = ""


@dataclass(frozen=True, slots=True)
class FileInfo:
    """One knowledge file: what it is, how old, from where, and whether this site has confirmed it."""

    name: str
    title_zh: str
    title_en: str
    version: str
    date: date
    source_zh: str
    source_en: str
    confirmed: bool
    replaced_by_site: bool = field(default=False)

    @property
    def title(self) -> str:
        """The title in the language of the screen."""
        return pick(self.title_zh, self.title_en)

    @property
    def source(self) -> str:
        """The source in the language of the screen."""
        return pick(self.source_zh, self.source_en)
