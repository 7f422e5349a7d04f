"""The whole day of the demo: three desks and a hub, the hub away in the middle, a desk killed right after signing."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from ui.cli.demo.journey import Runner
from workstation.printing.preview import page_count, page_text

FEW = 60


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Runner]:
    folder = tmp_path_factory.mktemp("demo")
    runner = Runner(folder, lambda _line: None, patients=FEW)
    runner.run()
    runner.write()
    return folder, runner


@pytest.mark.timeout(300)
def test_every_step_goes_well_and_all_desks_equal_the_hub(told: tuple[Path, Runner]) -> None:
    folder, _runner = told
    journey = orjson.loads((folder / "journey.json").read_bytes())
    assert [step["name"] for step in journey["steps"] if not step["ok"]] == []
    assert (journey["equal"], journey["differences"]) == (True, [])


@pytest.mark.timeout(300)
def test_what_waited_while_the_hub_was_away_was_delivered(told: tuple[Path, Runner]) -> None:
    offline = told[1].journey.offline
    assert offline["queued"] > 0
    assert offline["delivered"] == offline["queued"] + 1, "what waited, and what the killed desk had signed"


@pytest.mark.timeout(300)
def test_what_was_signed_right_before_a_kill_is_neither_lost_nor_twice(told: tuple[Path, Runner]) -> None:
    killed = told[1].journey.killed
    assert killed["exit"] == -9
    assert killed["prescription"].startswith("RX")


@pytest.mark.timeout(300)
@pytest.mark.parametrize("paper", ["prescription", "dispensed", "record"])
def test_its_papers_are_printed(told: tuple[Path, Runner], paper: str) -> None:
    pdf = (told[0] / f"{paper}.pdf").read_bytes()
    assert page_count(pdf) >= 1
    assert "慕容清扬" in page_text(pdf, 0)


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
