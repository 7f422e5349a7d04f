"""The demo's data files."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Any


def table(name: str) -> dict[str, Any]:
    """Read one of the demo's data files."""
    return tomllib.loads((resources.files("resources.demo") / f"{name}.toml").read_text("utf-8"))
