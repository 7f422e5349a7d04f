"""Runs every rule over one draft and says what was found, what passed and what could not be checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from workstation.rules import (
    age_pregnancy,
    allergy,
    antibacterial,
    controlled,
    disease,
    dose,
    duplicates,
    elderly,
    interactions,
    legal,
    renal,
    route_iv,
    skin_test,
)
from workstation.rules.alerts import Alert, Check, CheckState, Evaluation, NotChecked, Text, Tier
from workstation.rules.case import Case
from workstation.rules.facts import Draft, Facts
from workstation.rules.registry import Finding, Gap, Value, registered
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.model import Rule

MODULES: Final = (
    age_pregnancy,
    allergy,
    antibacterial,
    controlled,
    disease,
    dose,
    duplicates,
    elderly,
    interactions,
    legal,
    renal,
    route_iv,
    skin_test,
)
CATEGORIES: Final = {
    "allergy": Text("过敏", "Allergy"),
    "interactions": Text("相互作用", "Interactions"),
    "duplicates": Text("重复用药", "Duplicates"),
    "dose": Text("剂量", "Dose"),
    "renal": Text("肝肾功能", "Kidneys and liver"),
    "age-pregnancy": Text("年龄与妊娠哺乳", "Age, pregnancy and breastfeeding"),
    "disease": Text("疾病禁忌", "Diseases"),
    "route-iv": Text("途径与配伍", "Route and infusion"),
    "skin-test": Text("皮试", "Skin test"),
    "antibacterial": Text("抗菌药物", "Antibacterials"),
    "controlled": Text("麻精药品", "Controlled drugs"),
    "legal": Text("处方规定", "Prescription rules"),
}


def evaluate(facts: Facts, draft: Draft, knowledge: Knowledge) -> Evaluation:
    """Judge a draft. Raises workstation.core.errors.Unavailable when a knowledge file cannot be read."""
    case = Case(facts, draft, knowledge)
    alerts: list[Alert] = []
    gaps: list[NotChecked] = [*_unknown_drugs(case)]
    for rule_id, function in registered().items():
        rule = knowledge.rules.get(rule_id)
        if rule is None or rule.status != "implemented":
            gaps.extend(_switched_off(rule_id, case))
            continue
        for result in function(case):
            if isinstance(result, Gap):
                gaps.append(_gap(rule, result))
            else:
                alerts.append(_alert(rule, result, knowledge))
    alerts.sort(key=lambda a: a.tier)
    return Evaluation(tuple(dict.fromkeys(alerts)), _checks(alerts, gaps, knowledge), knowledge.version)


def _unknown_drugs(case: Case) -> list[NotChecked]:
    return [
        NotChecked(
            "", category, (line.line_id,), "药品不在目录中，未检查", "The drug is not in the catalogue"
        )
        for line in case.unknown_lines
        for category in CATEGORIES
        if category != "legal"
    ]


def _switched_off(rule_id: str, case: Case) -> list[NotChecked]:
    category = _PREFIXES.get(rule_id.split("-", maxsplit=1)[0], "legal")
    reason = Text(f"规则 {rule_id} 已被本机构停用", f"Rule {rule_id} is switched off at this site")
    return [NotChecked(rule_id, category, (), reason.zh, reason.en)] if case.lines else []


_PREFIXES: Final = {
    "ALG": "allergy",
    "DDI": "interactions",
    "DUP": "duplicates",
    "DOSE": "dose",
    "HEP": "renal",
    "REN": "renal",
    "AGE": "age-pregnancy",
    "ELD": "age-pregnancy",
    "PREG": "age-pregnancy",
    "LACT": "age-pregnancy",
    "DX": "disease",
    "IV": "route-iv",
    "ROUTE": "route-iv",
    "SKIN": "skin-test",
    "ABX": "antibacterial",
    "CTRL": "controlled",
    "LEGAL": "legal",
}


def _gap(rule: Rule, gap: Gap) -> NotChecked:
    return NotChecked(rule.id, rule.category, gap.lines, gap.reason.zh, gap.reason.en)


def _alert(rule: Rule, finding: Finding, knowledge: Knowledge) -> Alert:
    tier = Tier(max(rule.tier, finding.tier or rule.tier))
    file = "interactions.csv" if rule.id == "DDI" else "rules.csv"
    info = knowledge.manifest[file]
    second = rule.second_signature if finding.second_signature is None else finding.second_signature
    overridable = rule.overridable if finding.overridable is None else finding.overridable
    return Alert(
        rule_id=rule.id,
        tier=tier,
        line_ids=finding.lines,
        title_zh=rule.title_zh,
        title_en=rule.title_en,
        message_zh=rule.message_zh.format_map(_in(finding.values, "zh")).strip(),
        message_en=rule.message_en.format_map(_in(finding.values, "en")).strip(),
        basis_zh=rule.basis_zh,
        basis_en=rule.basis_en,
        source=finding.source or file,
        version=f"{info.version} ({info.date.isoformat()})",
        subject=finding.subject,
        alternatives=finding.alternatives,
        overridable=overridable or tier > Tier.STOP,
        needs_second_signature=second and tier <= Tier.WARNING,
    )


def _in(values: Mapping[str, Value], tongue: str) -> dict[str, str]:
    return {key: v if isinstance(v, str) else getattr(v, tongue) for key, v in values.items()}


def _checks(alerts: list[Alert], gaps: list[NotChecked], knowledge: Knowledge) -> tuple[Check, ...]:
    found: dict[str, int] = {}
    for alert in alerts:
        category = knowledge.rules[alert.rule_id].category
        found[category] = found.get(category, 0) + 1
    checks = []
    for category, title in CATEGORIES.items():
        missing = tuple(dict.fromkeys(g for g in gaps if g.category == category))
        count = found.get(category, 0)
        state = CheckState.ISSUE if count else CheckState.NOT_RUN if missing else CheckState.PASSED
        checks.append(Check(category, title.zh, title.en, state, count, missing))
    return tuple(checks)
