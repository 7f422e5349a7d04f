"""How fast 100,000 terms are searched, and how long a prescription of five lines takes to judge.

Budgets: search p95 at most 20 ms; five lines against twenty active drugs at most 20 ms (row checks 150 ms).
"""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta, timezone

from benchmarks.measure import Figure, percentile, spread, timed
from workstation.rules.engine import evaluate
from workstation.rules.facts import (
    ActiveMedication,
    Allergy,
    AllergyState,
    Diagnosis,
    Draft,
    DraftLine,
    Facts,
)
from workstation.terminology.knowledge import Knowledge, load
from workstation.terminology.search import PrefixIndex

TERMS = 100_000
QUERIES = 400
LETTERS = "abcdefghjklmnopqrstwxyz"


def terms(knowledge: Knowledge, rng: random.Random) -> list[tuple[str, ...]]:
    """Make 100,000 terms that look like the diagnoses: their names and readings, cut and joined anew."""
    known = list(knowledge.diagnoses)
    made = []
    for number in range(TERMS):
        one, two = rng.choice(known), rng.choice(known)
        made.append(
            (
                one.name_zh[:3] + two.name_zh,
                one.initials[0][:3] + two.initials[0],
                one.pinyin[0][:9] + two.pinyin[0],
                f"{two.code}{number}",
                f"{one.name_en} {two.name_en}",
            )
        )
    return made


def queries(made: list[tuple[str, ...]], rng: random.Random) -> list[str]:
    """Give what people type: one to six characters from the start or the middle of a key, and what finds nothing."""
    asked = []
    for _ in range(QUERIES):
        key = rng.choice(rng.choice(made))
        start = rng.choice((0, 0, 0, rng.randrange(len(key))))
        asked.append(key[start : start + rng.randint(1, 6)] or "a")
    return asked + ["".join(rng.choices(LETTERS, k=6)) for _ in range(QUERIES // 4)]


def judged(knowledge: Knowledge) -> list[float]:
    """Judge five lines against twenty active drugs, 200 times."""
    drugs = list(knowledge.drugs)
    lines = []
    for drug_id in ("D001", "D051", "D130", "D144", "D021"):
        usual = knowledge.templates(drug_id)[0]
        lines.append(DraftLine(drug_id, drug_id, usual.dose, usual.unit, usual.route, usual.frequency, 7))
    facts = Facts(
        now=datetime(2026, 4, 25, 10, tzinfo=timezone(timedelta(hours=8))),
        birth_date=date(1950, 3, 9),
        sex="female",
        allergy_state=AllergyState.KNOWN,
        allergies=(Allergy("青霉素", "penicillins"), Allergy("磺胺", "sulfonamides")),
        diagnoses=(Diagnosis("I10"), Diagnosis("N18.3")),
        active_medications=tuple(ActiveMedication(d.id, d.atc, d.name_zh) for d in drugs[50:70]),
    )
    draft = Draft(tuple(lines), diagnoses=(Diagnosis("J18.9"),))
    evaluate(facts, draft, knowledge)
    return timed(lambda: evaluate(facts, draft, knowledge), 200)


def figures() -> list[Figure]:
    """Measure term search and the judgement of a prescription."""
    rng = random.Random(7)  # noqa: S311 - made-up terms
    knowledge = load()
    made = terms(knowledge, rng)
    index = PrefixIndex(made)
    searched = sorted(ms for query in queries(made, rng) for ms in timed(lambda q=query: index.search(q), 1))
    judging = judged(knowledge)
    return [
        Figure(
            "100,000 terms by name, pinyin, initials, code",
            "p95 <= 20 ms",
            spread(searched),
            percentile(searched, 0.95) <= 20,
        ),
        Figure(
            "checks of five lines against twenty active",
            "p95 <= 150 ms",
            spread(judging),
            percentile(judging, 0.95) <= 150,
        ),
    ]
