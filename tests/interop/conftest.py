"""The interoperability lane's own option: where the generated patients lie."""

from __future__ import annotations

from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--generated", type=Path, default=None, help="a folder of FHIR Bundles generated elsewhere"
    )


@pytest.fixture
def generated(request: pytest.FixtureRequest) -> list[Path]:
    folder: Path | None = request.config.getoption("--generated")
    if folder is None:
        pytest.fail("run this lane with `make interop`, which generates the patients")
    files = sorted(folder.rglob("*.json"))
    assert files
    return files
