"""Every text the hub shows its owner has its Chinese."""

from __future__ import annotations

import ast
from pathlib import Path

from sync import hub
from workstation.core.i18n import catalogue


def test_every_text_of_the_hub_is_translated() -> None:
    texts = set()
    for file in Path(hub.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_":
                assert isinstance(node.args[0], ast.Constant)
                texts.add(node.args[0].value)
    assert len(texts) > 30
    assert texts - set(catalogue("zh_CN")) == set()
