"""The automatic check at the counter: the same rules as at signing, over the signed sheet and today's record.

The record may have moved since the signature (a new allergy, a laboratory value), so a stop can appear here first.
Whether the prescriber had the right to prescribe was settled at signing; where this desk does not know his or her
role, that part counts as not checked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Final

from workstation.chart import facts_of
from workstation.core.clock import parse_instant
from workstation.core.errors import NotFound, Unavailable
from workstation.core.i18n import pick
from workstation.fhir import systems
from workstation.fhir.resources import Resource, as_list, code_of, extension, target, text_of
from workstation.pharmacy import sheet as sheets
from workstation.pharmacy.rows import Override, Prescreen
from workstation.rules import facts as f
from workstation.rules.alerts import Alert, Evaluation, NotChecked, Tier
from workstation.rules.engine import evaluate
from workstation.security.permissions import Actor, roles
from workstation.store.reader import Reader
from workstation.terminology.knowledge import Knowledge

ALL_RIGHTS: Final = "doctor-chief"
AUTHORITY: Final = ("antibacterial", "controlled")
_SEVERITY: Final = {"high": 1, "moderate": 2, "low": 3}


@dataclass(frozen=True, slots=True)
class _Prescriber:
    """Who signed, as the rules ask for a person; `known` says whether this desk knows the role."""

    actor: Actor
    known: bool


def prescreen(reader: Reader, sheet: sheets.Sheet, knowledge: Knowledge, now: datetime) -> Prescreen:
    """Ask the rules about a sheet. Where they cannot be asked, the answer says so instead of passing."""
    prescriber = _prescriber(reader, sheet.review)
    own = frozenset(str(line["id"]) for line in sheet.lines)
    try:
        facts = facts_of(reader, sheet.patient, sheet.encounter, now, prescriber.actor, leave_out=own)
        found = evaluate(facts, draft_of(sheet, now.tzinfo), knowledge)
    except (NotFound, Unavailable) as error:
        return Prescreen(False, why=error.message)
    gaps = found.not_checked + (() if prescriber.known else _unknown_rights(sheet))
    return Prescreen(
        ran=True,
        passed=found.passed and not gaps,
        alerts=found.alerts,
        not_checked=gaps,
        knowledge=found.knowledge_version,
        open=tuple(alert.fingerprint for alert in unanswered(reader, sheet, found)),
    )


def unanswered(reader: Reader, sheet: sheets.Sheet, found: Evaluation) -> list[Alert]:
    """Give the stops the prescriber has given no reason for: those that appeared since the signature."""
    answers = {(o.rule, str(line["id"])) for line in sheet.lines for o in overrides(reader, line) if o.reason}
    return [
        alert
        for alert in found.alerts
        if alert.tier is Tier.STOP
        and not any((alert.rule_id, line) in answers for line in alert.line_ids or _ids(sheet))
    ]


def overrides(reader: Reader, line: Resource, knowledge: Knowledge | None = None) -> tuple[Override, ...]:
    """Give the alerts the prescriber went past on a line, with the reasons; known rules are named in our language."""
    rows = []
    for issue in reader.find("DetectedIssue", {"implicated": str(line["id"])}):
        mitigation: Resource = next(iter(as_list(issue.get("mitigation"))), {})
        author = mitigation.get("author") or issue.get("author") or {}
        rule_id = code_of(issue.get("code"), systems.RULE)
        rule = knowledge.rules.get(rule_id) if knowledge is not None else None
        rows.append(
            Override(
                rule_id,
                _SEVERITY.get(str(issue.get("severity")), 3),
                pick(rule.title_zh, rule.title_en) if rule is not None else text_of(issue.get("code")),
                text_of(mitigation.get("action")),
                str(author.get("display", "")),
                str(mitigation.get("date") or issue.get("identifiedDateTime") or ""),
            )
        )
    return tuple(rows)


def draft_of(sheet: sheets.Sheet, zone: tzinfo | None) -> f.Draft:
    """Say a signed sheet as the rules read it; stopped lines are not on it any more.

    What is not kept on a sheet (consultation, strict assessment, second signature) was settled at signing.
    """
    first: Resource = sheet.lines[0] if sheet.lines else {}
    collector: Resource = next(
        (c for c in as_list(first.get("contained")) if c.get("resourceType") == "RelatedPerson"), {}
    )
    signed, end = _signed_at(first, zone), sheets.valid_until(sheet, zone)
    days = (end.date() - signed.astimezone(end.tzinfo).date()).days + 1 if signed and end else 1
    return f.Draft(
        lines=tuple(_line(line) for line in sheet.active),
        kind=f.RxKind.LONG_TERM
        if code_of(first.get("courseOfTherapyType")) == "continuous"
        else f.RxKind.ORDINARY,
        diagnoses=tuple(
            f.Diagnosis(code_of(reason, systems.ICD10) or code_of(reason, systems.ICD10_CN), text_of(reason))
            for reason in as_list(first.get("reasonCode"))
        ),
        extension_reason=str(extension(first, systems.EXTENSION_REASON) or ""),
        override_reason=_note(sheet.lines, "紧急越级使用"),
        agent_collects=bool(collector),
        agent_identified=bool(collector.get("name") and collector.get("identifier")),
        strict_assessment=True,
        consultation=True,
        signed_twice=True,
        stage=f.Stage.DISPENSE,
        signed_at=signed,
        valid_days=days,
    )


def _signed_at(line: Resource, zone: tzinfo | None) -> datetime | None:
    text = str(line.get("authoredOn", ""))
    return parse_instant(text, zone).astimezone(zone) if len(text) > 10 else None


def _line(line: Resource) -> f.DraftLine:
    dosage: Resource = next(iter(as_list(line.get("dosageInstruction"))), {})
    request = line.get("dispenseRequest", {})
    rates = as_list(dosage.get("doseAndRate"))
    quantity = rates[0].get("doseQuantity", {}) if rates else {}
    timing = dosage.get("timing") or {}
    repeat = timing.get("repeat") or {}
    return f.DraftLine(
        line_id=str(line["id"]),
        drug_id=sheets.drug_of(line),
        dose=Decimal(str(quantity.get("value", 0))),
        unit=str(quantity.get("unit", "")),
        route=code_of(dosage.get("route"), systems.ROUTE),
        frequency=code_of(timing.get("code"), systems.FREQUENCY),
        days=int((request.get("expectedSupplyDuration") or {}).get("value") or 0),
        total_units=sheets.ordered(line),
        packs=int(extension(line, systems.TOTAL_QUANTITY_PACKS) or 0),
        group=int(extension(line, systems.GROUP_NUMBER) or 0),
        skin_test=_skin_test(line),
        prn=bool(dosage.get("asNeededBoolean")),
        note=str(dosage.get("patientInstruction", "")),
        overdose_reason=_note([line], "超剂量理由"),
        minutes=int(repeat["duration"])
        if repeat.get("durationUnit") == "min" and "duration" in repeat
        else None,
        crushed=any(
            str(i.get("text", "")).startswith("研碎") for i in as_list(dosage.get("additionalInstruction"))
        ),
    )


def _skin_test(line: Resource) -> f.LineSkinTest:
    parts = skin_test_parts(line)
    at = parts.get("at", "")
    return f.LineSkinTest(
        parts.get("state", ""), parse_instant(at) if len(at) > 10 else None, parts.get("reason", "")
    )


def skin_test_parts(line: Resource) -> dict[str, str]:
    """Give what a line says about its skin test: state, reason, lot, at; empty where none was asked for."""
    parts = extension(line, systems.SKIN_TEST)
    if not isinstance(parts, list):
        return {"state": str(parts)} if parts else {}
    return {
        str(part.get("url")): next((str(v) for k, v in part.items() if k.startswith("value")), "")
        for part in parts
    }


def _note(lines: Sequence[Resource], title: str) -> str:
    """Give the signed reason that stands beside a line under a title."""
    for line in lines:
        for note in as_list(line.get("note")):
            head, _colon, text = str(note.get("text", "")).partition("：")
            if head == title:
                return text
    return ""


def _ids(sheet: sheets.Sheet) -> tuple[str, ...]:
    return tuple(str(line["id"]) for line in sheet.active)


def _prescriber(reader: Reader, review: Resource) -> _Prescriber:
    signed_by = review.get("requester") or {}
    id_ = target(signed_by, "Practitioner")
    name = str(signed_by.get("display", ""))
    found = reader.find("PractitionerRole", {"practitioner": id_}) if id_ else []
    codes = [code_of(role.get("code"), systems.ROLE) for role in found]
    role = next((code for code in codes if code in roles()), "")
    return _Prescriber(Actor("", name, role or ALL_RIGHTS, id_), bool(role))


def _unknown_rights(sheet: sheets.Sheet) -> tuple[NotChecked, ...]:
    return tuple(
        NotChecked(
            "",
            category,
            _ids(sheet),
            "本机不知医师职级，处方权限未复核",
            "This desk does not know the prescriber's role: rights not checked again",
        )
        for category in AUTHORITY
    )
