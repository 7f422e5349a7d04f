"""Every text of the kit exists in Chinese, and the catalogue is one."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import ui
from ui.theme import tokens
from workstation.core.i18n import catalogue
from workstation.core.settings import declared

ROOT = Path(ui.__file__).parent
FILES = [*ROOT.glob("*.py"), *ROOT.glob("widgets/*.py"), *ROOT.glob("shell_parts/*.py")]


def texts(path: Path) -> set[str]:
    """Every text that a file gives to `_`, `n_` or as the title of an action."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            arguments = {"_": node.args[:1], "n_": node.args[:2], "Action": node.args[1:2]}.get(
                node.func.id, []
            )
            found |= {a.value for a in arguments if isinstance(a, ast.Constant) and isinstance(a.value, str)}
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_text_of_the_kit_is_translated(path: Path) -> None:
    assert sorted(texts(path) - catalogue("zh_CN").keys()) == []


def test_states_and_settings_are_translated() -> None:
    words = {row["word"] for row in tokens()["states"].values()}
    titles = {setting.title for setting in declared()}
    assert sorted((words | titles) - catalogue("zh_CN").keys()) == []


def test_no_text_says_just_saved() -> None:
    said = {text.strip(".!").casefold() for path in FILES for text in texts(path)}
    assert "saved" not in said
