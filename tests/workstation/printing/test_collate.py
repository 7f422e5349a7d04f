"""Several papers as one."""

from __future__ import annotations

import pytest

from workstation.printing.documents import DispensingLabel, Subject
from workstation.printing.preview import collate, page_count, page_size
from workstation.printing.render import render


def label(drug: str) -> bytes:
    subject = Subject("李秀英", "女", "54岁", "M0001")
    return render(DispensingLabel("zh", subject, drug, "5 mg", "28 片", "口服", "2026-03-17", "药房", ""))


def test_papers_follow_each_other_in_their_own_sizes():
    whole = collate([label("苯磺酸氨氯地平片"), label("盐酸氨溴索片")])
    assert page_count(whole) == 2
    assert page_size(whole, 1) == pytest.approx((70, 50), abs=0.1)


def test_one_paper_stays_as_it_is():
    paper = label("苯磺酸氨氯地平片")
    assert collate([paper]) == paper


def test_nothing_cannot_be_put_together():
    with pytest.raises(ValueError, match="nothing"):
        collate([])
