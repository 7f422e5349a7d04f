"""Lists: nothing clinical is cut, keys find and open, and the list holds still under the user's hands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ui.widgets.empty_state import EmptyState
from ui.widgets.table import Badge, Column, DenseTable, Run, WindowedModel
from ui.widgets.table_pane import TablePane


@dataclass(frozen=True, slots=True)
class Row:
    id: str
    name: str
    pinyin: str
    drug: str = "注射用阿莫西林钠克拉维酸钾 1.2\u00a0g 静脉滴注 每日\u00a03\u00a0次"


ROWS = (
    Row("1", "欧阳建国", "oyjg"),
    Row("2", "李秀英", "lxy"),
    Row("3", "张伟", "zw"),
    Row("4", "张玮", "zw"),
)
COLUMNS = (
    Column("name", "Name", lambda r: r.name, whole=True, bold=True, find=lambda r: (r.name, r.pinyin)),
    Column("drug", "Drug", lambda r: r.drug, clinical=True, width=80),
    Column(
        "rest",
        "Note",
        lambda r: "",
        stretch=True,
        badges=lambda r: (Badge("caution", "同音名"),) if r.pinyin == "zw" else (),
    ),
)


@pytest.fixture
def pane(app: QApplication, qtbot: QtBot) -> TablePane:
    made = TablePane(COLUMNS, lambda r: r.id, "Waiting", EmptyState("Nobody waits."))
    qtbot.addWidget(made)
    made.resize(420, 300)
    made.set_rows(ROWS)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


@pytest.fixture
def table(pane: TablePane) -> DenseTable:
    return pane.table


def test_a_row_grows_until_its_longest_clinical_text_fits(table: DenseTable, qtbot: QtBot) -> None:
    table.grow()
    needed = table.cells.height(ROWS[0], COLUMNS[1], table.columnWidth(1))
    assert table.rowHeight(0) >= needed
    assert needed > 32
    assert table.textElideMode() == Qt.TextElideMode.ElideNone


def test_a_name_is_never_broken(table: DenseTable) -> None:
    from PySide6.QtGui import QFontMetricsF

    from ui.widgets.cells import cell_font

    widest = max(QFontMetricsF(cell_font(COLUMNS[0])).horizontalAdvance(row.name) for row in ROWS)
    assert table.columnWidth(0) >= widest


def test_no_column_is_narrower_than_a_dose_that_must_stay_whole(table: DenseTable) -> None:
    assert table.columnWidth(1) >= table.cells.least_width(ROWS[0], COLUMNS[1])


def test_new_rows_keep_selection_and_scroll(table: DenseTable) -> None:
    many = [Row(str(n), f"病人{n}", "br") for n in range(200)]
    table.set_rows(many)
    table.select("120")
    scroll = table.verticalScrollBar().value()
    table.set_rows([Row("new", "新", "x"), *many])
    assert table.current_key() == "120"
    assert table.verticalScrollBar().value() == scroll


def test_background_rows_wait_while_the_user_is_in_the_list(pane: TablePane) -> None:
    pane.table.setFocus()
    pane.table.select("2")
    pane.offer([Row("9", "新来", "xl"), *ROWS])
    assert [row.id for row in pane.table.rows_model.rows()] == ["1", "2", "3", "4"]
    assert pane.bar.isVisible()
    assert "1" in pane.bar.text()
    pane.table.take_waiting()
    assert [row.id for row in pane.table.rows_model.rows()] == ["9", "1", "2", "3", "4"]
    assert pane.table.current_key() == "2"
    assert not pane.bar.isVisible()


def test_a_changed_value_under_focus_waits_too(pane: TablePane) -> None:
    pane.table.setFocus()
    pane.offer([replace(ROWS[0], drug="1 g"), *ROWS[1:]])
    assert pane.table.rows_model.rows()[0].drug == ROWS[0].drug
    assert pane.bar.isVisible()


def test_background_rows_come_at_once_when_nobody_is_in_the_list(pane: TablePane) -> None:
    pane.table.clearFocus()
    pane.offer(ROWS[:2])
    assert len(pane.table.rows_model.rows()) == 2
    assert not pane.bar.isVisible()


def test_rows_that_did_not_change_raise_no_bar(pane: TablePane) -> None:
    pane.table.setFocus()
    pane.offer(ROWS)
    assert not pane.bar.isVisible()


def test_an_empty_list_says_what_would_be_there(pane: TablePane) -> None:
    pane.set_rows([])
    assert pane.empty.isVisible()
    pane.set_rows(ROWS)
    assert pane.table.isVisible()


@pytest.mark.parametrize(("typed", "found"), [("lx", "2"), ("欧", "1"), ("zw", "3")])
def test_letters_find_by_name_and_pinyin(table: DenseTable, typed: str, found: str) -> None:
    table.setFocus()
    table.keyboardSearch(typed)
    assert table.current_key() == found


def test_enter_opens_and_space_peeks(table: DenseTable) -> None:
    opened: list[Row] = []
    peeked: list[Row] = []
    table.opened.connect(opened.append)
    table.peeked.connect(peeked.append)
    table.setFocus()
    table.select("3")
    QTest.keyClick(table, Qt.Key.Key_Return)
    QTest.keyClick(table, Qt.Key.Key_Space)
    assert [row.id for row in opened] == ["3"]
    assert [row.id for row in peeked] == ["3"]


def test_a_focused_list_always_has_a_focused_row(table: DenseTable) -> None:
    table.clearFocus()
    table.setFocus()
    assert table.current_key() == "1"


def test_a_row_is_read_as_one_sentence_with_its_badges(table: DenseTable) -> None:
    spoken = table.rows_model.data(table.rows_model.index(2, 0), Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == f"张伟, {ROWS[2].drug}, 同音名"


def test_several_rows_can_never_be_selected_together(table: DenseTable) -> None:
    table.selectAll()
    assert len(table.selectionModel().selectedRows()) <= 1


def test_hidden_columns_leave_no_hole(table: DenseTable) -> None:
    table.show_only("name")
    assert table.columnWidth(0) == table.viewport().width()
    table.show_only()
    assert not table.isColumnHidden(1)


def test_runs_of_mixed_weight_count_for_the_height(app: QApplication) -> None:
    from ui.widgets.cells import run_layout

    one = run_layout((Run("阿莫西林", True), Run(" 0.25\u00a0g")), 400).lineCount()
    many = run_layout((Run("阿莫西林克拉维酸钾分散片", True), Run(" 0.25\u00a0g")), 80).lineCount()
    assert (one, many > 1) == (1, True)


class Asked:
    """Remembers what was fetched and answers when told."""

    def __init__(self) -> None:
        self.windows: list[tuple[int, int, Callable[[Sequence[Any]], None]]] = []

    def __call__(self, offset: int, limit: int, deliver: Callable[[Sequence[Any]], None]) -> None:
        self.windows.append((offset, limit, deliver))

    def answer(self, number: int) -> None:
        offset, limit, deliver = self.windows[number]
        deliver([Row(str(offset + n), f"病人{offset + n}", "br") for n in range(limit)])


def test_a_long_list_fetches_only_the_window_in_view(app: QApplication) -> None:
    asked = Asked()
    model = WindowedModel(COLUMNS, lambda r: r.id, asked)
    model.set_count(1_000_000)
    assert model.row_at(500_000) is None
    assert model.row_at(500_001) is None
    assert [window[:2] for window in asked.windows] == [(499_968, 256)]
    asked.answer(0)
    assert model.row_at(500_000).name == "病人500000"
    assert model.rowCount() == 1_000_000


def test_rows_of_an_older_list_are_dropped(app: QApplication) -> None:
    asked = Asked()
    model = WindowedModel(COLUMNS, lambda r: r.id, asked)
    model.set_count(10)
    model.row_at(0)
    model.set_count(5)
    asked.answer(0)
    assert model.rows() == []


def test_memory_stays_bounded_while_scrolling(app: QApplication) -> None:
    model = WindowedModel(
        COLUMNS,
        lambda r: r.id,
        lambda offset, limit, deliver: deliver([Row(str(n + offset), "x", "x") for n in range(limit)]),
    )
    model.set_count(100_000)
    for number in range(0, 100_000, 256):
        model.row_at(number)
    assert len(model.rows()) <= 64 * 256


NARROW = (
    Column("number", "No.", lambda r: r.id, whole=True),
    Column(
        "name",
        "Name",
        lambda r: r.name,
        whole=True,
        badges=lambda r: (Badge("caution", "sounds alike"),) if r.pinyin == "zw" else (),
    ),
    Column("state", "State", lambda r: "Being seen since 01:03", state=lambda r: "note"),
    Column("said", "Reason for the visit", lambda r: "头晕 3 天", width=60, clinical=True, stretch=True),
    Column("room", "Room", lambda r: "", width=96, optional=True),
)
PEOPLE = (Row("1", "SMITH, Eleanor Josephine", "smith"), Row("2", "张伟", "zw"), Row("3", "张玮", "zw"))


@pytest.fixture
def narrow_table(app: QApplication, qtbot: QtBot) -> DenseTable:
    made = DenseTable(NARROW, lambda r: r.id, "Waiting")
    qtbot.addWidget(made)
    made.set_rows(PEOPLE)
    made.show()
    return made


@pytest.mark.parametrize("width", [330, 400, 480, 560, 900])
def test_a_list_never_scrolls_sideways_while_words_can_wrap(
    narrow_table: DenseTable, qtbot: QtBot, width: int
) -> None:
    narrow_table.resize(width, 300)
    qtbot.waitUntil(lambda: narrow_table.width() == width)
    used = sum(narrow_table.columnWidth(n) for n in range(len(NARROW)))
    assert used == narrow_table.viewport().width()
    qtbot.waitUntil(lambda: not narrow_table.horizontalScrollBar().isVisible())
    for number, column in enumerate(NARROW[:4]):
        least = max(narrow_table.cells.least_width(row, column) for row in PEOPLE)
        assert narrow_table.columnWidth(number) >= least, column.id


def test_rows_and_titles_grow_when_words_had_to_wrap(narrow_table: DenseTable, qtbot: QtBot) -> None:
    narrow_table.resize(900, 300)
    narrow_table.grow()
    flat, title = narrow_table.rowHeight(0), narrow_table.horizontalHeader().height()
    narrow_table.resize(330, 300)
    qtbot.waitUntil(lambda: narrow_table.rowHeight(0) > flat)
    assert narrow_table.horizontalHeader().height() > title
    for column in range(4):
        need = narrow_table.cells.height(PEOPLE[1], NARROW[column], narrow_table.columnWidth(column))
        assert narrow_table.rowHeight(1) >= need


def test_chips_go_beneath_a_name_before_the_name_parts(narrow_table: DenseTable) -> None:
    cells, wide, tight = narrow_table.cells, 400, 110
    beside = cells.plan(PEOPLE[1], NARROW[1], wide)
    beneath = cells.plan(PEOPLE[1], NARROW[1], tight)
    assert beside.badges[0][1].left() >= beside.width
    assert beneath.badges[0][1].top() >= beneath.text_height
    assert beneath.badges[0][1].right() <= tight


def test_an_optional_column_shows_when_a_row_has_something_to_say(app: QApplication, qtbot: QtBot) -> None:
    columns = (NARROW[0], Column("room", "Room", lambda r: r.drug, optional=True, stretch=True))
    made = DenseTable(columns, lambda r: r.id, "Rooms")
    qtbot.addWidget(made)
    made.set_rows([replace(PEOPLE[0], drug="")])
    assert made.isColumnHidden(1)
    made.set_rows([replace(PEOPLE[0], drug="2")])
    assert not made.isColumnHidden(1)
