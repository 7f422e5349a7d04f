"""Which issue of a report was read or answered: a report that changes afterwards counts as new.

The stamp of an issue is its time and a digest over the report and those of its Observations that the laboratory
corrected (and that carry a time of their own); everybody computes the same one, so that reading on one desk counts on
all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from workstation.chart.measures import moment_of
from workstation.core.clock import instant, parse_instant
from workstation.core.events import Ref
from workstation.fhir import systems
from workstation.fhir.resources import Resource, as_list, code_of, concept, content, ref_of, reference, target
from workstation.laboratory.book import moment, targets
from workstation.laboratory.model import CRITICAL, REVIEW
from workstation.laboratory.places import who
from workstation.store.reader import Reader, Span, Wanted
from workstation.store.unit import Unit

CORRECTED: Final = ("amended", "corrected", "entered-in-error", "cancelled")
READABLE: Final = frozenset({"partial", "preliminary", "final", "amended", "corrected", "appended"})
KEPT: Final = timedelta(days=60)
ISSUE: Final = "issue"


@dataclass(slots=True)
class Issues:
    """The Tasks written about reports, and the corrected Observations, of one patient or of the last weeks."""

    corrected: dict[str, Resource]
    tasks: dict[tuple[str, str], list[Resource]] = field(default_factory=dict)

    def stamp(self, report: Resource) -> str:
        """Name the present issue of a report."""
        digest = hashlib.sha256(content(report))
        for id_ in sorted(targets(report.get("result"), "Observation")):
            if id_ in self.corrected:
                digest.update(content(self.corrected[id_]))
        at = moment(report)
        time = f"{parse_instant(at).timestamp():.0f}" if len(at) > 10 else at
        return f"{time}-{digest.hexdigest()[:12]}"

    def review(self, report: Resource) -> Resource | None:
        """Give the Task by which the present issue was read, or None."""
        return self._of(report, REVIEW)

    def answer(self, report: Resource) -> Resource | None:
        """Give the Task that says what was done about the critical values of the present issue, or None."""
        return self._of(report, CRITICAL)

    def ever_read(self, report: Resource) -> bool:
        """Say whether any issue of a report was read."""
        return bool(self.tasks.get((report["id"], REVIEW)))

    def is_unread(self, report: Resource) -> bool:
        """Say whether nobody has read the present issue; one that was withdrawn only where an earlier was read."""
        if report.get("status") in READABLE:
            return self.review(report) is None
        return report.get("status") in CORRECTED and self.ever_read(report) and self.review(report) is None

    def _of(self, report: Resource, code: str) -> Resource | None:
        tasks = self.tasks.get((report["id"], code))
        if not tasks:
            return None
        stamp = self.stamp(report)
        return next((t for t in tasks if issue_of(t) == stamp), None)


def of_patient(reader: Reader, patient: str) -> Issues:
    """Read what was written about the reports of a patient."""
    where: dict[str, Wanted] = {"patient": patient, "status": CORRECTED, "category": "laboratory"}
    return _issues(
        reader.find("Observation", where),
        reader.find("Task", {"patient": patient, "code": _codes()}),
    )


def of_last_weeks(reader: Reader, now: datetime) -> Issues:
    """Read what was written about any report in the last weeks."""
    since = Span(now - KEPT)
    where: dict[str, Wanted] = {"status": CORRECTED, "category": "laboratory", "date": since}
    return _issues(
        reader.find("Observation", where),
        reader.find("Task", {"code": _codes(), "authored-on": since}),
    )


def _codes() -> list[str]:
    return [f"{systems.TASK_CODE}|{REVIEW}", f"{systems.TASK_CODE}|{CRITICAL}"]


def _issues(corrected: Iterable[Resource], tasks: Iterable[Resource]) -> Issues:
    made = Issues({o["id"]: o for o in corrected if moment_of(o)})
    for task in tasks:
        if task.get("status") == "completed":
            key = target(task.get("focus"), "DiagnosticReport"), code_of(task.get("code"), systems.TASK_CODE)
            made.tasks.setdefault(key, []).append(task)
    return made


def issue_of(task: Resource) -> str:
    """Give the issue of a report a Task is about."""
    for entry in as_list(task.get("input")):
        if (entry.get("type") or {}).get("text") == ISSUE:
            return str(entry.get("valueString", ""))
    return ""


def task_of(
    unit: Unit, code: str, report: Resource, stamp: str, patient: str, orders: Iterable[Ref]
) -> Resource:
    """Build the Task by which somebody has read, or answered, the present issue of a report."""
    made: Resource = {
        "resourceType": "Task",
        "id": unit.new_id(),
        "status": "completed",
        "intent": "order",
        "code": concept(systems.TASK_CODE, code),
        "focus": reference(ref_of(report)),
        "for": reference(Ref("Patient", patient)),
        "authoredOn": instant(unit.now),
        "lastModified": instant(unit.now),
        "owner": who(unit.actor),
        "input": [{"type": {"text": ISSUE}, "valueString": stamp}],
    }
    based: list[Mapping[str, str]] = [reference(ref) for ref in orders]
    if based:
        made["basedOn"] = based
    if report.get("encounter"):
        made["encounter"] = report["encounter"]
    return made
