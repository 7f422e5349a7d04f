"""Renders the registration and queue pages for looking at: python -m tests.ui.pages.render_reception FOLDER."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QLineEdit

from tests.conftest import CHEAP, MORNING, STAFF
from tests.ui.pages import reception
from tests.ui.screens import application, grab
from ui.shell import Shell
from ui.theme import theme
from workstation.core.clock import FixedClock
from workstation.desk import Desk
from workstation.registration.identity import check_digit
from workstation.security.station import FileSecret

SIZES = {"1366": QSize(1366, 768), "1920": QSize(1920, 1080)}
LANGUAGES = ("zh_CN", "en")
MODES = ("light", "dark")
SCALES = (100, 150)


def stage(folder: Path) -> tuple[Desk, FixedClock]:
    """A desk in the middle of its morning."""
    clock = FixedClock(MORNING)
    desk = Desk(folder / "desk", station=FileSecret(folder / "secret"), clock=clock, cost=CHEAP)
    desk.create(STAFF["admin"], reception.PIN)
    desk.unlock("admin", reception.PIN)
    for account in STAFF.values():
        if account.user != "admin":
            desk.add_user(account, reception.PIN)
    reception.work_a_while(desk, clock, reception.fill(desk, clock))
    return desk, clock


def main(folder: Path, pages: list[str]) -> None:
    """Render every combination."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        desk, _clock = stage(Path(place))
        for language in LANGUAGES:
            for mode in MODES:
                for name, size in SIZES.items():
                    for scale in SCALES:
                        theme().apply(application(), mode, "comfortable", scale)
                        for page in pages:
                            user = "doc" if page in ("queue", "charts") else "reg"
                            shell = reception.window(desk, application(), user, page, language)
                            shell.resize(size)
                            grab(shell, size)
                            if page == "registration":
                                type_somebody(shell)
                            grab(shell, size).save(
                                str(folder / f"{page}-{language}-{mode}-{name}-{scale}.png")
                            )
                            shell.close()
        desk.close()


def type_somebody(shell: Shell) -> None:
    """Type somebody who is probably registered already, with a rare character and a document that differs."""
    page = shell.frame.front_page()
    page.form.number.setFocus()
    body = "31010119580903121"
    type_into(page.form.number, body + check_digit(body))
    type_into(page.form.name, "欧阳建国")
    type_into(page.form.phone, "13800138000")
    page.form.sex.buttons["female"].click()
    page.visit.set_department("internal")
    page._rest.stop()
    page._search()


def type_into(field: QLineEdit, text: str) -> None:
    """Put a text in as if typed."""
    field.setText(text)
    field.textEdited.emit(text)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:] or ["queue", "registration", "charts"])
