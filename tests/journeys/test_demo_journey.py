"""The whole day of the demo: six desks and a hub, the hub away twice, a desk killed right after signing."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from ui.cli.demo.journey import POSTS, Runner
from workstation.printing.preview import page_count, page_text

FEW = 60
PAPERS = (
    "prescription",
    "dispensed",
    "record",
    "wristband",
    "infusion-labels",
    "orders-long-term",
    "orders-stat",
    "temperature-chart",
    "request-slip",
    "specimen-labels",
)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Runner]:
    folder = tmp_path_factory.mktemp("demo")
    runner = Runner(folder, lambda _line: None, patients=FEW)
    runner.run()
    runner.write()
    return folder, runner


def journey(folder: Path) -> dict:
    return orjson.loads((folder / "journey.json").read_bytes())


@pytest.mark.timeout(300)
def test_every_step_goes_well_and_all_desks_equal_the_hub(told: tuple[Path, Runner]) -> None:
    written = journey(told[0])
    assert [step["name"] for step in written["steps"] if not step["ok"]] == []
    assert (written["equal"], written["differences"]) == (True, [])
    assert {step["desk"] for step in written["steps"]} == {*POSTS, "hub", "laboratory"}


@pytest.mark.timeout(300)
def test_the_hub_is_away_from_before_the_orders_are_verified_until_after_the_dose(
    told: tuple[Path, Runner],
) -> None:
    names = [step["name"] for step in journey(told[0])["steps"]]
    away = len(names) - 1 - names[::-1].index("stop the hub")
    back = len(names) - 1 - names[::-1].index("start the hub again")
    during = names[away:back]
    bedside = ["look at each order", "begin the infusion by two scans", "record the vital signs"]
    assert [name for name in during if name in bedside] == bedside
    assert "the doctor sees the doses" in names[back:]


@pytest.mark.timeout(300)
def test_what_waited_while_the_hub_was_away_was_delivered(told: tuple[Path, Runner]) -> None:
    offline = told[1].journey.offline
    orders, doses, rounds = 6, 2, 1
    assert offline["queued"] >= orders + doses + rounds
    assert offline["delivered"] == offline["queued"] + 1, "what waited, and what the killed desk had signed"


@pytest.mark.timeout(300)
def test_what_was_signed_right_before_a_kill_is_neither_lost_nor_twice(told: tuple[Path, Runner]) -> None:
    killed = told[1].journey.killed
    assert killed["exit"] == -9
    assert killed["prescription"].startswith("RX")


@pytest.mark.timeout(300)
@pytest.mark.parametrize("paper", PAPERS)
def test_its_papers_are_printed_and_say_that_they_are_no_real_ones(
    told: tuple[Path, Runner], paper: str
) -> None:
    pdf = (told[0] / f"{paper}.pdf").read_bytes()
    assert page_count(pdf) >= 1
    text = "".join(page_text(pdf, page) for page in range(page_count(pdf)))
    assert "慕容清扬" in text
    assert "模拟" in text


@pytest.mark.timeout(300)
def test_the_papers_carry_what_a_scanner_reads(told: tuple[Path, Runner]) -> None:
    folder = told[0]
    assert "ZY" in page_text((folder / "wristband.pdf").read_bytes(), 0)
    assert "YZ" in page_text((folder / "infusion-labels.pdf").read_bytes(), 0)
    assert "BB" in page_text((folder / "specimen-labels.pdf").read_bytes(), 0)
    assert "JY" in page_text((folder / "request-slip.pdf").read_bytes(), 0)


@pytest.mark.timeout(300)
def test_no_file_of_the_demo_holds_a_readable_name(told: tuple[Path, Runner]) -> None:
    folder, runner = told
    names = {"慕容清扬", "欧阳建国", "阿依古丽", "Eleanor Josephine"}
    files = [f for f in (folder / "data").rglob("*") if f.is_file()]
    assert sum(f.suffix == ".db" for f in files) == len(runner.desks) + 1
    for file in files:
        data = file.read_bytes()
        for name in names:
            for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
                assert name.encode(encoding) not in data, f"{file.name} holds {name}"
