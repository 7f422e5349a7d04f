"""What every paper of a desk needs: who prints, when, in which language, and what is known of allergies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, Protocol, TypeVar

from workstation.chart.allergies import AllergyState, allergies_of
from workstation.core.clock import Clock, parse_instant
from workstation.core.i18n import pick
from workstation.core.settings import Setting
from workstation.emr.paper import allergy_text
from workstation.fhir.resources import target
from workstation.printing.documents import Allergies, Stamp
from workstation.printing.render import Document
from workstation.security.permissions import Actor
from workstation.store.store import Store
from workstation.terminology.knowledge import Knowledge

Language = Literal["zh", "en"]
LOCALES: Final[dict[str, Literal["zh_CN", "en"]]] = {"zh": "zh_CN", "en": "en"}
V = TypeVar("V", bool, int, float, str)


class PaperDesk(Protocol):
    """What printing needs of a desk."""

    clock: Clock
    station_name: str

    @property
    def actor(self) -> Actor | None:
        """Give who prints."""

    @property
    def store(self) -> Store:
        """Give the records."""

    @property
    def knowledge(self) -> Knowledge:
        """Give the clinical knowledge of this site."""

    def ask(self, name: str, request: Any) -> Any:
        """Run a query."""

    def setting(self, setting: Setting[V]) -> V:
        """Give a setting."""

    def printed_before(self, document: str) -> int:
        """Count earlier prints of a document on this desk."""

    def printed_each(self, documents: Sequence[str]) -> Mapping[str, int]:
        """Count the same for each of several documents at once."""

    def note_printed(self, document: str, patient: str) -> None:
        """Write a print into the audit trail."""


def stamp(desk: PaperDesk) -> Stamp:
    """Say who prints, when and where."""
    now: datetime = desk.clock.now()
    return Stamp(f"{now:%Y-%m-%d %H:%M}", desk.actor.name if desk.actor else "", desk.station_name)


def minute(text: str, clock: Clock) -> str:
    """Write a FHIR instant to the minute, in the time of this desk; empty stays empty."""
    if not text:
        return ""
    return f"{parse_instant(text).astimezone(clock.now().tzinfo):%Y-%m-%d %H:%M}"


def sex_word(code: str) -> str:
    """Say a sex."""
    words = {"male": pick("男", "male"), "female": pick("女", "female"), "other": pick("其他", "other")}
    return words.get(code, pick("未知", "not known"))


def allergies(desk: PaperDesk, patient: str, language: Language) -> Allergies:
    """Give the allergy state as one sentence."""
    return allergens(desk, patient, language)[0]


def allergens(desk: PaperDesk, patient: str, language: Language) -> tuple[Allergies, tuple[str, ...]]:
    """Give the allergy state with the agents alone, for papers that have room for no more."""
    with desk.store.reader() as reader:
        found = allergies_of(reader, patient, desk.knowledge, LOCALES[language])
    agents = tuple(allergy.agent for allergy in found.known)
    return Allergies(allergy_text(found, language), found.state is AllergyState.KNOWN), agents


def patient_of(desk: PaperDesk, encounter: str) -> str:
    """Give whose a visit or stay is. Raises NotFound."""
    with desk.store.reader() as reader:
        return target(reader.get("Encounter", encounter).get("subject"), "Patient")


@dataclass(frozen=True, slots=True)
class Print:
    """One thing the audit trail is told of when a paper leaves the printer: what, and whose it is."""

    document: str
    patient: str


@dataclass(frozen=True, slots=True)
class Filled:
    """A filled paper and what is noted of its print; labels of many patients are noted one by one."""

    paper: Document
    prints: tuple[Print, ...]
    final: bool = True
