"""Chinese and English are complete: every text a user can see has its translation, and none is left over."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from workstation import verbs
from workstation.core import i18n
from workstation.core.settings import declared

ROOT = Path(__file__).parent.parent
SOURCES = [path for part in ("workstation", "sync", "ui") for path in sorted((ROOT / part).rglob("*.py"))]
# texts that stand in data and are translated when shown: the class and the place of the text among its arguments
CARRIERS = {"Action": (1, "title"), "Column": (1, "title"), "PageSpec": (1, "title")}


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            yield name, node


def literals(name: str, call: ast.Call) -> Iterator[str]:
    wanted: list[ast.expr] = []
    if name == "_":
        wanted = call.args[:1]
    elif name == "n_":
        wanted = call.args[:2]
    elif name in CARRIERS:
        place, keyword = CARRIERS[name]
        wanted = call.args[place : place + 1] + [k.value for k in call.keywords if k.arg == keyword]
    for node in wanted:
        for part in ast.walk(node):
            if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value:
                yield part.value
                break


def texts_in_code() -> dict[str, str]:
    found: dict[str, str] = {}
    for path in SOURCES:
        for name, call in calls(ast.parse(path.read_text("utf-8"))):
            for text in literals(name, call):
                found.setdefault(text, path.relative_to(ROOT).as_posix())
    for kind in verbs.Kind:
        found |= {verb.help: verb.name for verb in verbs.all_verbs(kind)}
    for setting in declared():
        found[setting.title] = setting.key
        found |= {str(choice).capitalize(): setting.key for choice in setting.choices if is_word(choice)}
    return found


def is_word(choice: object) -> bool:
    """Say whether a choice is shown as a translated word (languages name themselves, sizes are numbers)."""
    return isinstance(choice, str) and choice not in i18n.LANGUAGES


def test_every_text_has_a_chinese_translation() -> None:
    chinese = i18n.catalogue("zh_CN")
    missing = sorted(f"{where}: {text!r}" for text, where in texts_in_code().items() if text not in chinese)
    assert not missing, "\n".join(missing)


def test_every_translation_fills_in_the_same_values() -> None:
    def fields(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    differing = [en for en, zh in i18n.catalogue("zh_CN").items() if fields(zh) != fields(en)]
    assert differing == []


def test_no_translation_is_left_over() -> None:
    code = "\n".join(path.read_text("utf-8") for path in SOURCES)
    known = texts_in_code()
    unused = [
        text
        for text in i18n.catalogue("zh_CN")
        if text not in known and text not in code and text.replace('"', '\\"') not in code
    ]
    assert unused == []


@pytest.mark.parametrize(
    "path", sorted((ROOT / "resources/locale/zh_CN").glob("*.toml")), ids=lambda p: p.stem
)
def test_chinese_texts_are_chinese(path: Path) -> None:
    import tomllib

    latin = re.compile(r"^[\x00-\x7f]*$")
    allowed = re.compile(
        r"^[\W\d_]*$|^(PDF|FHIR|TLS|PIN|USB|JSON|ICD|ATC|eGFR|INR|OK|[A-Z]{1,4}\d{0,2})[\W\d]*$|\{\w+\}"
    )
    plain = [
        en
        for en, zh in tomllib.loads(path.read_text("utf-8")).items()
        if latin.match(zh) and not allowed.search(zh) and len(zh) > 3
    ]
    assert plain == []


def test_the_architecture_page_names_only_what_exists() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    named = set(re.findall(r"`((?:workstation|sync|ui|resources|tests|benchmarks)/[\w./]+)`", text))
    assert len(named) > 30
    assert sorted(name for name in named if not (ROOT / name).exists()) == []
