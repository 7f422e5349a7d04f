"""Which fields an input method may compose in: asked as the platform asks, not by the attribute alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QInputMethodQueryEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

import ui
from ui.widgets.code_search import CodeLineEdit
from ui.widgets.fields import DoseEdit
from ui.widgets.input_method import set_input_method


def lets_compose(field: QWidget) -> bool:
    """Ask a field what Qt asks it before an input method gets its keys."""
    question = QInputMethodQueryEvent(Qt.InputMethodQuery.ImEnabled)
    QCoreApplication.sendEvent(field, question)
    return bool(question.value(Qt.InputMethodQuery.ImEnabled))


def test_a_field_for_letters_keeps_the_input_method_out_until_it_is_let_in(app: QApplication) -> None:
    field = QLineEdit()
    assert lets_compose(field)
    for on in (False, True, False):
        set_input_method(field, on=on)
        assert lets_compose(field) is on
    field.deleteLater()
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.mark.parametrize("kind", [lambda: DoseEdit("Dose"), lambda: CodeLineEdit("Drug", lambda *_a: None)])
def test_code_and_number_fields_take_raw_letters(app: QApplication, kind: Callable[[], QLineEdit]) -> None:
    field = kind()
    assert not lets_compose(field)
    field.deleteLater()
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_nothing_turns_the_input_method_off_by_the_attribute_alone() -> None:
    folder = Path(ui.__file__).parent
    written = re.compile(r"setAttribute\([^)]*WA_InputMethodEnabled")
    found = [path.name for path in folder.rglob("*.py") if written.search(path.read_text("utf-8"))]
    assert found == []
