"""Wording of the papers: both languages complete, nothing unused, no abbreviation that has killed before (S6)."""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
FORMS = sorted((ROOT / "resources" / "print").glob("*.toml"))
BANNED = re.compile(
    r"(?<![A-Za-z])(?:U|IU|QD|QOD|MS|MSO4|MgSO4|cc|HS|SC|SQ|OD|OS|OU|q\.?d\.?|x\d+d)(?![A-Za-z0-9])"
    r"|[µμ]g|[<>]\s*\d|\d+\s*(?:mg|g|mL)\s*/\s*\d+\s*(?:mg|g|mL)|\d\.0(?!\d)|(?<![\d])\.\d"
)


def _texts(table: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(table, str):
        yield path, table
    elif isinstance(table, list):
        for n, item in enumerate(table):
            yield from _texts(item, f"{path}[{n}]")
    else:
        for key, value in table.items():
            yield from _texts(value, f"{path}.{key}".lstrip("."))


def _words(form: Path, language: str) -> dict[str, str]:
    return dict(_texts(tomllib.loads(form.read_text("utf-8"))[language]))


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.stem)
def test_both_languages_say_the_same_things(form: Path) -> None:
    zh, en = _words(form, "zh"), _words(form, "en")
    assert zh.keys() == en.keys()
    for key in zh:
        fields = [
            {name for _, name, _, _ in string.Formatter().parse(text) if name} for text in (zh[key], en[key])
        ]
        assert fields[0] == fields[1], key


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.stem)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_banned_abbreviation_is_printed(form: Path, language: str) -> None:
    assert [(key, text) for key, text in _words(form, language).items() if BANNED.search(text)] == []


@pytest.mark.parametrize(
    "text",
    [
        "5 U",
        "400 IU",
        "10 µg",
        "5 μg",
        "MgSO4",
        "2 cc",
        "take HS",
        ">5",
        "x3d",
        "5.0 mg",
        ".5 mg",
        "5 mg/10 mg",
    ],
)
def test_the_linter_sees_what_is_banned(text: str) -> None:
    assert BANNED.search(text)


@pytest.mark.parametrize("text", ["5 mg/kg", "0.5 g", "SCALE", "Unit 5", "10.05 mL", "{page}/{pages}"])
def test_the_linter_lets_good_wording_pass(text: str) -> None:
    assert not BANNED.search(text)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.stem)
def test_every_wording_is_printed_somewhere(form: Path) -> None:
    printing = ROOT / "workstation" / "printing"
    code = "".join(file.read_text("utf-8") for file in sorted(printing.glob("*.py")))
    code += (ROOT / "workstation" / "chart" / "temperature.py").read_text("utf-8")
    code += (printing / "frame.py").read_text("utf-8")
    documents = "".join(file.read_text("utf-8") for file in printing.glob("documents*.py"))
    keys = {part for key in _words(form, "en") for part in re.sub(r"\[\d+\]", "", key).split(".")}
    assert {key for key in keys if f'"{key}"' not in code + documents} == set()
