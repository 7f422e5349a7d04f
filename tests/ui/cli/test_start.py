from pathlib import Path

import pytest

from ui.cli.start import folder_named


def test_only_a_folder_or_nothing_at_all_opens_the_window_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("QINGNANG_DATA", raising=False)
    assert folder_named([]) == ""
    monkeypatch.setenv("QINGNANG_DATA", "/somewhere")
    assert folder_named([]) == "/somewhere"
    assert folder_named(["--data", str(tmp_path)]) == str(tmp_path)
    assert folder_named(["--data", str(tmp_path / "missing")]) is None
    assert folder_named(["--data", str(tmp_path), "status"]) is None
    assert folder_named(["--help"]) is None
