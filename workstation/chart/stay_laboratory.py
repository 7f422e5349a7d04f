"""What the laboratory still owes a stay, and what it reported, for modules that do not know the laboratory's.

The laboratory module says it, `workstation.modules` introduces the two: which report answers which order, and which
issue of it was read, is said in one place only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from workstation.store.reader import Reader
from workstation.terminology.knowledge import Knowledge


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One report of a stay: `state` final, partial, corrected or withdrawn; `critical` while nobody has answered."""

    id: str
    name: str
    issued: str
    state: str
    unread: bool
    critical: bool


@dataclass(frozen=True, slots=True)
class OpenTest:
    """One laboratory order of a stay whose report is not complete, by the id of its ServiceRequest."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class StayLaboratory:
    """What the laboratory has of a stay, the newest report first."""

    reports: tuple[ReportLine, ...] = ()
    open_tests: tuple[OpenTest, ...] = ()


Ask = Callable[[Reader, str, str, Knowledge], StayLaboratory]
_asked: list[Ask] = []


def introduce(ask: Ask) -> None:
    """Say who answers: called once, where the modules are put together; a later one replaces it."""
    _asked[:] = [ask]


def of_stay(reader: Reader, patient: str, encounter: str, knowledge: Knowledge) -> StayLaboratory:
    """Give what the laboratory has of a stay. Raises RuntimeError before anybody was introduced."""
    if not _asked:
        raise RuntimeError("nobody answers for the laboratory: import workstation.modules")
    return _asked[0](reader, patient, encounter, knowledge)
