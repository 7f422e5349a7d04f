"""What the search box says about a product is written by the rules of safe display."""

from __future__ import annotations

import re

import pytest

from ui.app.finders import facts_of
from workstation.core import i18n
from workstation.terminology.doses import strength_text
from workstation.terminology.knowledge import load

KNOWLEDGE = load()
TRAILING_ZERO = re.compile(r"\d\.\d*0(?!\d)")
BANNED = re.compile(r"(?<![A-Za-z])(IU|U|μg)(?![A-Za-z])")


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_no_product_is_shown_with_a_trailing_zero_or_an_unsafe_unit(language):
    with i18n.speaking(language):
        for drug in KNOWLEDGE.drugs:
            most = [
                line
                for line in facts_of(drug, KNOWLEDGE)
                if drug.max_unit and line.startswith(MOST[language])
            ]
            for text in (strength_text(drug, KNOWLEDGE.units), *most):
                assert not TRAILING_ZERO.search(text), (drug.id, text)
                assert not BANNED.search(text), (drug.id, text)


MOST = {"en": "At most", "zh_CN": "每日最大量"}
