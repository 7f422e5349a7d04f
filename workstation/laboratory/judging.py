"""Which of many reports hold a critical or an abnormal value: each is read once, then remembered.

What is remembered counts while the issue of the report, its patient's sex and birth, and every Observation of it are
the same. So the lists of what waits stay quick however many reports nobody has read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from weakref import WeakKeyDictionary

from workstation.fhir.resources import Resource, as_list, target
from workstation.laboratory.book import targets
from workstation.laboratory.issues import Issues
from workstation.laboratory.reading import DEPTH, Whose, whose
from workstation.laboratory.results import read_report
from workstation.store.reader import Shelf
from workstation.terminology.laboratory import Laboratory

MOST: Final = 20_000


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a report says, in numbers: `missing` counts values that are not here yet."""

    critical: bool
    abnormal: int
    missing: int


@dataclass(frozen=True, slots=True)
class _Known:
    """A judgement with everything it rests on."""

    stamp: str
    who: Whose
    editions: Mapping[str, str]
    judgement: Judgement


_KNOWN: Final[WeakKeyDictionary[Laboratory, dict[str, _Known]]] = WeakKeyDictionary()


def judge(
    shelf: Shelf, reports: Sequence[Resource], issues: Issues, catalogue: Laboratory, *, closely: bool = True
) -> dict[str, Judgement]:
    """Give the judgement on each report by its id.

    `closely` also looks whether an Observation changed without its report; for the patients of others, of whom there
    are many, the issue alone is compared.
    """
    known = _KNOWN.setdefault(catalogue, {})
    shelf.bring("Patient", (target(r.get("subject"), "Patient") for r in reports))
    people = {r["id"]: whose(_patient(shelf, r)) for r in reports}
    stamps = {r["id"]: issues.stamp(r) for r in reports}
    held = {id_: known[id_] for id_ in stamps if id_ in known and _same(known[id_], stamps[id_], people[id_])}
    held = _unchanged(shelf, held) if closely else {i: k for i, k in held.items() if not k.judgement.missing}
    fresh = [r for r in reports if r["id"] not in held]
    if len(known) + len(fresh) > MOST:
        known.clear()
    known |= _read(shelf, fresh, stamps, people, catalogue)
    return {r["id"]: (held.get(r["id"]) or known[r["id"]]).judgement for r in reports}


def _patient(shelf: Shelf, report: Resource) -> Resource | None:
    id_ = target(report.get("subject"), "Patient")
    return shelf.peek("Patient", id_) if id_ else None


def _same(known: _Known, stamp: str, who: Whose) -> bool:
    return known.stamp == stamp and known.who == who


def _unchanged(shelf: Shelf, held: Mapping[str, _Known]) -> dict[str, _Known]:
    now = shelf.editions("Observation", (id_ for known in held.values() for id_ in known.editions))
    return {
        report: known
        for report, known in held.items()
        if all(now.get(id_, "") == edition for id_, edition in known.editions.items())
    }


def _read(
    shelf: Shelf,
    reports: Sequence[Resource],
    stamps: Mapping[str, str],
    people: Mapping[str, Whose],
    catalogue: Laboratory,
) -> dict[str, _Known]:
    ids = bring_values(shelf, reports)
    editions = shelf.editions("Observation", (id_ for listed in ids.values() for id_ in listed))
    made = {}
    for report in reports:
        id_ = report["id"]
        each = read_report(shelf, report, catalogue, people[id_])
        judgement = Judgement(each.critical, each.abnormal, each.missing)
        made[id_] = _Known(stamps[id_], people[id_], {o: editions.get(o, "") for o in ids[id_]}, judgement)
    return made


def bring_values(shelf: Shelf, reports: Iterable[Resource]) -> dict[str, tuple[str, ...]]:
    """Fetch the Observations of many reports at once, members of groups as well; gives their ids by report."""
    level = {r["id"]: targets(r.get("result"), "Observation") for r in reports}
    found: dict[str, dict[str, None]] = {id_: {} for id_ in level}
    for _depth in range(DEPTH):
        if not any(level.values()):
            break
        shelf.bring("Observation", (id_ for ids in level.values() for id_ in ids))
        for report, ids in level.items():
            found[report] |= dict.fromkeys(ids)
            level[report] = [m for id_ in ids for m in _members(shelf, id_) if m not in found[report]]
    return {report: tuple(ids) for report, ids in found.items()}


def _members(shelf: Shelf, id_: str) -> list[str]:
    observation = shelf.peek("Observation", id_)
    return [target(m, "Observation") for m in as_list((observation or {}).get("hasMember"))]
