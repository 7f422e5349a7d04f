"""What the window offers of a desk's papers: named for a list and for a file, and noted when they were printed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import CHEAP, PIN
from tests.plugins.floor import BAG, STAY, Ward, furnish
from ui.app.desk_papers import DeskPapers
from ui.app.late_desk import LateDesk
from ui.app.remembered import Remembered
from workstation.core.clock import FixedClock
from workstation.core.errors import Denied
from workstation.desk import Desk
from workstation.printing.names import infusion_labels_of, order_sheets_of, wristband_of
from workstation.security.station import FileSecret


@pytest.fixture
def floor(make_desk: Callable[..., Desk], clock: FixedClock) -> Ward:
    return furnish(make_desk("nurse"), clock)


@pytest.fixture
def late(floor: Ward, tmp_path: Path, clock: FixedClock) -> Iterator[LateDesk]:
    """The ward's desk as the window has it."""
    floor.desk.close()
    secret = FileSecret(tmp_path / "desk.secret")
    made = LateDesk(floor.desk.folder, secret, clock, Remembered(floor.desk.folder, "en"), cost=CHEAP)
    made.unlock("nurse", PIN)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("document", "title"),
    [
        ("RX1", "Prescription RX1"),
        ("Encounter/e", "Medical record"),
        ("Encounter/e/temperature-chart/2", "Temperature chart, page 2"),
        ("Encounter/e/wristband", "Wristband"),
        ("Encounter/e/orders/long-term", "Long-term order sheet"),
        ("Encounter/e/orders/stat", "Stat order sheet"),
        ("labels/w/2026-03-17T07:00:00+08:00/2026-03-17T23:00:00+08:00", "Infusion labels"),
        ("laboratory/JY1", "Laboratory request JY1"),
        ("laboratory/JY1+JY2/labels", "Specimen labels JY1, JY2"),
    ],
)
def test_a_paper_has_a_title_that_tells_it_from_others(late: LateDesk, document: str, title: str) -> None:
    assert DeskPapers(late).title(document) == title


def test_a_file_is_named_without_the_patient(late: LateDesk) -> None:
    made = DeskPapers(late).make(wristband_of("s1"))
    assert made.file_name == "wristband-s1.pdf"
    assert STAY not in made.file_name
    assert made.final


def test_a_look_is_no_print_and_labels_are_noted_one_by_one(late: LateDesk, floor: Ward) -> None:
    source = DeskPapers(late)
    made = source.make(infusion_labels_of("w", floor.at("07:00"), floor.at("23:00")))
    assert late.real.printed_before(BAG) == 0
    source.printed(made)
    labels = [document for document, _patient in made.notes]
    assert labels[0] == BAG
    assert late.real.printed_each([*labels, "other"]) == {labels[0]: 1, labels[1]: 1, "other": 0}


def test_a_stay_offers_its_order_sheets_and_its_wristband(late: LateDesk) -> None:
    assert tuple(DeskPapers(late).of_visit("p1", "s1")) == (*order_sheets_of("s1"), wristband_of("s1"))


def test_a_locked_desk_makes_no_paper(late: LateDesk) -> None:
    late.lock()
    with pytest.raises(Denied):
        DeskPapers(late).make(wristband_of("s1"))
