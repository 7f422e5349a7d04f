"""The ward's vital signs on the knowledge page: everything a site can change stands there, and waits for it."""

from __future__ import annotations

import pytest

from ui.pages.knowledge_parts.entries import entries_of
from workstation.core.i18n import set_language
from workstation.terminology.knowledge import load

KNOWLEDGE = load()


@pytest.mark.parametrize("name", ["vital_signs.toml", "early_warning.toml"])
def test_every_entry_says_that_it_is_general_knowledge_or_where_it_is_from(name: str) -> None:
    entries = entries_of(KNOWLEDGE, name).entries
    assert len(entries) >= 14
    assert len({entry.id for entry in entries}) == len(entries)
    for entry in entries:
        assert entry.title
        assert {"Evidence", "Source"} & {fact.label for fact in entry.facts}
    assert not KNOWLEDGE.manifest[name].confirmed


def test_rounds_reasons_and_bands_are_found_in_both_languages() -> None:
    found = {}
    for language in ("en", "zh_CN"):
        set_language(language)
        signs, score = entries_of(KNOWLEDGE, "vital_signs.toml"), entries_of(KNOWLEDGE, "early_warning.toml")
        found[language] = (signs.search("refused")[0].title, score.search("pulse")[0].facts[0])
    assert (found["en"][0], found["zh_CN"][0]) == ("refused", "拒测")
    assert [(f.label, f.text) for f in (found["en"][1], found["zh_CN"][1])] == [
        ("up to 40", "score 3"),
        ("40 及以下", "3 分"),
    ]


def test_what_the_rounds_and_orders_name_exists() -> None:
    rules = KNOWLEDGE.ward_signs
    assert rules.rounds[-1].code == "usual"
    assert all(0 <= slot < 6 for rule in rules.rounds for slot in rule.slots)
    assert all(KNOWLEDGE.ward_orders.get(each.code) is not None for each in rules.ordered)
    assert len({reason.key for reason in rules.reasons}) == len(rules.reasons)
