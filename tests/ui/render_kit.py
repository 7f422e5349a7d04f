"""Renders the kit's window for looking at: python -m tests.ui.render_kit FOLDER."""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest

from tests.ui.sample_desk import PIN, SPEC, NotePage, banner, sample_desk
from tests.ui.screens import application, grab, settle
from ui.compose import compose
from ui.context import PatientContext
from ui.guard import IdentityCheck, identity_reasons
from ui.shell import Shell
from ui.theme import theme
from ui.widgets.review_sheet import ReviewSheet
from workstation.core.events import Changed, Origin

SIZES = {"1366": QSize(1366, 768), "1920": QSize(1920, 1080)}


def window(language: str, mode: str, scale: int) -> Shell:
    """An unlocked window with two charts open."""
    desk = sample_desk()
    desk.values |= {"language": language, "theme": mode, "scale": scale}
    theme().apply(application(), mode, "comfortable", scale)
    shell, _tasks = compose(application(), desk, desk.clock, SPEC, inline=True)
    shell.resize(1366, 768)
    shell.show()
    shell.activateWindow()
    shell._unlock("1001", PIN)
    shell.open_chart(PatientContext("p4", "张玮"))
    shell.open_chart(PatientContext("p1", "欧阳建国"))
    return shell


def main(folder: Path) -> None:
    """Render every combination."""
    folder.mkdir(parents=True, exist_ok=True)
    for language in ("zh_CN", "en"):
        for mode in ("light", "dark"):
            for name, size in SIZES.items():
                for scale in (100, 150):
                    shell = window(language, mode, scale)
                    grab(shell, size).save(str(folder / f"shell-{language}-{mode}-{name}-{scale}.png"))
                    shell.close()
        _overlays(folder, language)
        _sheets(folder, language)


def _overlays(folder: Path, language: str) -> None:
    size = SIZES["1366"]
    shell = window(language, "light", 100)
    grab(shell, size)
    shell.open_palette()
    QTest.keyClicks(application().focusWidget(), "s")
    QTest.qWait(120)
    shell.grab().save(str(folder / f"palette-{language}.png"))
    _escape(shell, 2)
    shell.open_settings()
    settle(shell)
    shell.grab().save(str(folder / f"settings-{language}.png"))
    _escape(shell, 1)
    shell.open_keys()
    settle(shell)
    shell.grab().save(str(folder / f"keys-{language}.png"))
    _escape(shell, 1)
    shell.lock("idle")
    settle(shell)
    shell.grab().save(str(folder / f"lock-{language}.png"))
    shell.close()


def _sheets(folder: Path, language: str) -> None:
    shell = window(language, "dark", 100)
    grab(shell, SIZES["1366"])
    page = shell.frame.workspace.front_page() if shell.frame is not None else None
    if isinstance(page, NotePage):
        page.orders = ["阿莫西林胶囊 — 剂量 0.5 g — 口服 — 每日 3 次 — 3 天"]
        page.touched()
        page._show_conflict(Changed((), Origin.SYNC, shell.ctx.clock.now(), "陈洁"))
    shell.ctx.notices.toast("07 欧阳建国", undo=lambda: None)
    shell.open_chart(PatientContext("p4", "张玮"))
    settle(shell)
    shell.grab().save(str(folder / f"guard-{language}.png"))
    _escape(shell, 1)
    patient = PatientContext("p1", "欧阳建国")
    data = banner(shell.ctx.desk, patient)
    check = IdentityCheck(data, identity_reasons(patient, 2, True, False, shell.ctx.clock.now()))
    lines = [
        f"{drug} — 口服 — 每日 3 次 — 3 天"
        for drug in ("阿莫西林胶囊 — 剂量 0.5 g", "盐酸氨溴索片 — 剂量 30 mg")
    ]
    host = shell.ctx.notices.sheet_host()
    sheet = ReviewSheet(host, "处方 1", lines, "签署 欧阳建国 的处方", extra=check, extra_ready=check.ready)
    sheet.open()
    settle(shell)
    shell.grab().save(str(folder / f"review-{language}.png"))
    shell.close()


def _escape(shell: Shell, times: int) -> None:
    for _time in range(times):
        QTest.keyClick(application().focusWidget() or shell, Qt.Key.Key_Escape)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
