"""Writing inpatient orders by keyboard, in the same editor as prescriptions, and ending them, on a real desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from tests.ui.accessibility import nameless, too_small
from tests.ui.pages.orders_kit import Ward
from tests.workstation.orders.bedside import STAT, Bedside, furnish
from ui.pages.line_editor.cells import Cell
from ui.pages.line_editor.editors import SkinTestCell
from ui.pages.line_editor.remedies import choices_for
from ui.pages.line_editor.search_cells import SearchCell
from ui.theme import theme
from workstation.chart.measures import WEIGHT
from workstation.core.clock import FixedClock
from workstation.core.i18n import _
from workstation.desk import Desk
from workstation.emr.model import AskSummary
from workstation.medication.model import SkinTest
from workstation.orders.model import OrderTerm, StopOrder, VoidOrder
from workstation.rules.alerts import Alert, Tier
from workstation.terminology.doses import plain
from workstation.terminology.knowledge import load


@pytest.fixture
def bedside(make_desk: Callable[..., Desk], clock: FixedClock) -> Bedside:
    return furnish(make_desk(), clock)


@pytest.fixture
def open_ward(qapp: QApplication, bedside: Bedside) -> Iterator[Callable[..., Ward]]:
    made: list[Ward] = []

    def make(user: str = "doc") -> Ward:
        theme().apply(qapp, "light", "compact", 100)
        ward = Ward(qapp, bedside, user)
        made.append(ward)
        ward.open()
        return ward

    yield make
    for ward in made:
        ward.close()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def ward(open_ward: Callable[..., Ward]) -> Ward:
    made = open_ward()
    made.panel.focus_entry()
    return made


def test_a_favourite_long_term_medicine_takes_at_most_eight_keys(ward):
    keys = ward.type("axs{Return}1")
    assert keys <= 8
    row = ward.row(0)
    assert row["DRUG"].startswith("盐酸氨溴索片")
    assert (row["DOSE"], row["ROUTE"], row["FREQUENCY"]) == ("30 mg", "口服", "每日 3 次")
    assert (row["START"], row["TIMES"], row["FIRST_DAY"]) == ("现在", "08 12 16", "2")
    assert row["STATE"] == "草稿 · 长期"
    assert isinstance(QApplication.focusWidget(), SearchCell)
    assert ward.panel.grid.editing.row == 1


def test_a_nursing_level_takes_five_keys_in_the_same_list(ward):
    assert ward.type("yjhl{Return}") == 5
    assert ward.row(0)["DRUG"] == "一级护理"
    assert ward.row(0)["CHECK"] == "—"
    assert ward.panel.grid.editing.row == 1


def test_monitoring_asks_for_its_frequency_and_keeps_the_usual_one_on_enter(ward):
    ward.type("cxy{Return}q6h{Return}{Return}")
    assert ward.row(0)["FREQUENCY"] == "每 6 小时 1 次"
    ward.type("cxy{Return}{Return}{Return}")
    assert ward.row(1)["FREQUENCY"] == "每日 2 次"
    assert ward.panel.grid.editing.row == 2


def test_what_no_catalogue_holds_is_ordered_in_words(ward):
    editor = QApplication.focusWidget()
    editor.setText("家属陪护")
    editor.ask_again()
    ward.settle()
    ward.type("{Return}")
    assert ward.row(0)["DRUG"] == "家属陪护"


def test_in_the_stat_tab_a_medicine_is_given_once(ward):
    ward.type("{Alt+T}")
    ward.panel.focus_entry()
    ward.type("axs{Return}1")
    line = ward.panel.model.lines[0]
    assert (line.term, line.frequency) == (OrderTerm.STAT, "st")
    assert ward.row(0)["STATE"] == "草稿 · 临时"


def test_begin_times_first_day_and_rate_are_typed_into_their_cells(ward):
    line = ward.bedside.line("0.9%氯化钠注射液", "100 ml ivgtt bid", key="or-9")
    ward.panel.model.change([line])
    grid = ward.panel.grid
    for cell, typed in (
        (Cell.START, "+1 0730"),
        (Cell.TIMES, "9 21"),
        (Cell.FIRST_DAY, "1"),
        (Cell.RATE, "60"),
    ):
        grid.editing.open(0, cell)
        QApplication.focusWidget().setText(typed)
        ward.type("{Return}")
    row = ward.row(0)
    assert (row["START"], row["TIMES"], row["FIRST_DAY"], row["RATE"]) == (
        "2026-03-18 07:30",
        "09 21",
        "1",
        "60 gtt/min",
    )


def test_alt_b_walks_through_begin_times_first_day_and_rate_of_the_line_just_written(ward):
    ward.type("axs{Return}1{Alt+B}+1 0730{Return}")
    QApplication.focusWidget().setText("7 13 19")
    ward.type("{Return}")
    QApplication.focusWidget().setText("2")
    ward.type("{Return}{Return}")
    row = ward.row(0)
    assert (row["START"], row["TIMES"], row["FIRST_DAY"]) == ("2026-03-18 07:30", "07 13 19", "2")
    assert ward.panel.grid.hasFocus()


def test_an_alert_about_an_order_is_answered_by_the_keys_of_a_prescription(ward):
    ward.type("amxl{Return}1")
    ward.panel.bench.change_lines(["or-1"], lambda line: replace(line, skin_test=None))
    ward.settle()
    shown = [b.text() for card in ward.panel.strip.cards() for b in card.buttons()]
    assert {"开皮试  Alt+S", "录入结果  Alt+E"} <= set(shown)
    ward.type("{Alt+S}")
    assert ward.panel.model.lines[0].skin_test == SkinTest()
    ward.type("{Alt+E}")
    assert isinstance(QApplication.focusWidget(), SkinTestCell)


@pytest.mark.parametrize("tier", [Tier.STOP, Tier.WARNING, Tier.CAUTION])
def test_no_alert_about_an_order_is_without_a_button_and_none_opens_a_column_it_lacks(ward, tier):
    ward.type("axs{Return}1")
    key = ward.panel.model.lines[0].key
    days = _("Change the days")
    for rule in load().rules.values():
        alert = Alert(
            rule.id,
            tier,
            (key,),
            "标题",
            "title",
            "文",
            "text",
            "",
            "",
            "rules",
            "1",
            overridable=tier > Tier.STOP,
        )
        found = choices_for(ward.panel.bench, alert, first=False, roomy=False)
        assert found, rule.id
        assert days not in {choice.text for choice in found}


def weights(ward: Ward) -> list[str]:
    summary = ward.bedside.desk.ask("chart.summary", AskSummary("p1", "e1"))
    return [measure.value for measure in summary.vitals if measure.code == WEIGHT]


def test_a_missing_weight_is_recorded_where_the_dose_asks_for_it(ward):
    ward.panel.bench.want("weight")
    ward.type("x{Return}")
    sheet = ward.page.weight.sheet
    assert "欧阳建国" in sheet.accessibleName()
    sheet.fields[0].clear()
    ward.type("700{Return}700{Return}")
    assert weights(ward) == []
    ward.type("58.5{Return}")
    assert weights(ward) == ["58.5"]
    assert ward.page.weight.sheet is None


def test_what_cannot_be_read_stays_open_and_says_so(ward):
    ward.panel.model.change([ward.bedside.line("盐酸氨溴索片", "30 mg po bid", key="or-9")])
    ward.panel.grid.editing.open(0, Cell.TIMES)
    editor = QApplication.focusWidget()
    editor.setText("8")
    ward.type("{Return}")
    assert QApplication.focusWidget() is editor
    assert editor.property("invalid")


def test_an_infusion_is_grouped_and_shares_begin_times_and_rate(ward):
    lines = [
        ward.bedside.line("0.9%氯化钠注射液", "100 ml ivgtt bid", key="or-1", drip_rate="60 gtt/min"),
        ward.bedside.line("注射用泮托拉唑钠", "40 mg iv qd", key="or-2"),
    ]
    ward.panel.model.change(lines)
    ward.panel.grid.editing.close(keep=False)
    ward.panel.grid.setFocus()
    ward.panel.grid.setCurrentIndex(ward.panel.model.index(1, Cell.DRUG))
    ward.type("{Control+G}")
    first, second = ward.panel.model.lines
    assert first.group == second.group != 0
    assert (second.route, second.frequency, second.drip_rate) == ("ivgtt", "bid", "60 gtt/min")
    assert [ward.panel.model.group_mark(row) for row in range(2)] == ["┌", "└"]


def test_f12_reviews_the_orders_and_the_pin_signs_them(ward):
    ward.type("yjhl{Return}axs{Return}1{Escape}")
    ward.type("{F12}")
    texts = plain("\n".join(ward.panel.review_lines()))
    assert "长期医嘱" in texts
    assert "首日 2 次" in texts
    ward.page.flow.sheet.confirmed.emit("246810")
    ward.settle()
    assert ward.panel.model.lines == ()
    assert [ward.row(n)["STATE"] for n in range(2)] == ["已签署", "已签署"]
    assert ward.page.unsigned() == []


def test_a_draft_comes_back_with_the_page(ward, open_ward):
    ward.type("axs{Return}1{Escape}")
    ward.page.flush()
    ward.close()
    again = open_ward()
    assert again.row(0)["DRUG"].startswith("盐酸氨溴索片")


def test_states_are_said_in_words_with_a_glyph(ward):
    bedside = ward.bedside
    running, returned, void = bedside.sign(
        bedside.line("盐酸氨溴索片", "30 mg po tid"),
        bedside.item("nursing-1"),
        bedside.line("蒙脱石散", "3 g po tid"),
    )
    bedside.verify(running)
    bedside.give(running)
    bedside.verify(returned, "rejected", statusReason={"text": "请核对级别"})
    bedside.desk.do("orders.void", VoidOrder(void["id"], "开错"))
    ward.panel.head.only_running.click()
    ward.panel.load_signed()
    texts = {ward.row(n)["DRUG"].split()[0]: ward.row(n)["STATE"] for n in range(3)}
    assert texts["盐酸氨溴索片"] == "执行中 1/2"
    assert texts["一级护理"] == "护士退回"
    assert texts["蒙脱石散"] == "× 作废"
    assert any("请核对级别" in card.alert.text for card in ward.panel.strip.cards())


def test_only_running_says_how_many_of_how_many(ward):
    bedside = ward.bedside
    first, _second = bedside.sign(
        bedside.line("盐酸氨溴索片", "30 mg po tid"), bedside.line("蒙脱石散", "3 g po tid")
    )
    bedside.clock.advance(timedelta(minutes=1))
    bedside.desk.do("orders.stop", StopOrder(first["id"], "好转"))
    ward.panel.load_signed()
    assert "1/2" in ward.panel.head.only_running.text()
    assert ward.panel.model.signed_rows == 1
    ward.panel.head.only_running.click()
    assert ward.panel.model.signed_rows == 2


def test_ctrl_e_stops_the_whole_infusion_at_a_typed_moment(ward):
    bedside = ward.bedside
    bedside.sign(
        bedside.line("0.9%氯化钠注射液", "100 ml ivgtt bid", group=1),
        bedside.line("注射用泮托拉唑钠", "40 mg ivgtt bid", group=1),
    )
    ward.panel.load_signed()
    ward.panel.grid.editing.close(keep=False)
    ward.panel.grid.setFocus()
    ward.panel.grid.setCurrentIndex(ward.panel.model.index(1, Cell.DRUG))
    ward.type("{Control+E}")
    said = ward.panel.ending.sheet.findChildren(type(ward.panel.story))[1].text()
    assert "0.9%氯化钠注射液" in plain(said)
    ward.type("1800{Return}")
    QApplication.focusWidget().setText("疗程结束")
    ward.type("{Return}")
    assert [ward.row(n)["STATE"] for n in range(2)] == ["停于 2026-03-17 18:00"] * 2


def test_a_moment_that_cannot_be_read_keeps_the_sheet_open(ward):
    ward.bedside.sign(ward.bedside.line("盐酸氨溴索片", "30 mg po tid"))
    ward.panel.load_signed()
    ward.panel.grid.editing.close(keep=False)
    ward.panel.grid.setCurrentIndex(ward.panel.model.index(0, Cell.DRUG))
    ward.panel.stop_current()
    sheet = ward.panel.ending.sheet
    sheet.answered.emit(["soon", "好转"])
    assert sheet.isVisible()
    assert ward.panel.current().state == "signed"


def test_what_was_carried_out_is_not_taken_back_and_the_sheet_says_to_stop_it(ward):
    [order] = ward.bedside.sign(ward.bedside.line("盐酸氨溴索片", "30 mg po tid"))
    ward.bedside.give(order)
    ward.panel.load_signed()
    ward.panel.grid.editing.close(keep=False)
    ward.panel.grid.setCurrentIndex(ward.panel.model.index(0, Cell.DRUG))
    ward.panel.void_current()
    sheet = ward.panel.ending.sheet
    sheet.answered.emit(["开错"])
    assert sheet.isVisible()
    assert "停止" in sheet._message.text()


def test_the_answer_to_a_nurse_goes_from_the_card(ward):
    [order] = ward.bedside.sign(ward.bedside.item("nursing-1"))
    ward.bedside.verify(order, "rejected", statusReason={"text": "请核对级别"})
    ward.panel.load_signed()
    card = ward.panel.strip.cards()[0]
    card.buttons()[0].click()
    ward.panel.ending.sheet.answered.emit(["确为一级"])
    assert ward.row(0)["STATE"] == "已签署"


def test_a_new_level_says_which_running_one_it_stops(ward):
    ward.bedside.sign(ward.bedside.item("nursing-1"))
    ward.panel.load_signed()
    ward.type("ejhl{Return}")
    assert any("一级护理" in plain(card.alert.text) for card in ward.panel.strip.cards())


def test_new_orders_of_somebody_else_wait_while_lines_are_written(ward):
    ward.type("axs{Return}1{Escape}")
    ward.bedside.sign(ward.bedside.line("蒙脱石散", "3 g po tid"))
    ward.panel.load_signed()
    assert ward.panel.model.signed_rows == 0
    assert ward.panel.frozen.isVisible()
    ward.type("{F5}")
    assert ward.panel.model.signed_rows == 1
    assert not ward.panel.frozen.isVisible()


def test_a_nurse_reads_orders_and_writes_none(open_ward):
    ward = open_ward("nurse")
    ward.panel.focus_entry()
    assert not ward.page.bar.isVisible()
    assert ward.panel.head.acts == {}
    assert ward.panel.grid.editing.editor is None


def test_what_stands_in_the_way_is_named_beside_the_button(ward):
    lines = [
        ward.bedside.line("苯磺酸氨氯地平片", "5 mg po qd", key="or-1"),
        ward.bedside.line("呋塞米注射液", "20 mg iv tid", key="or-2", term=STAT),
    ]
    ward.panel.model.change(lines)
    ward.settle()
    assert not ward.page.bar.sign_button.isEnabled()
    assert "第 2 行" in ward.page.bar.reason.text()


def test_every_control_has_a_name_and_room_to_hit(ward):
    ward.bedside.sign(ward.bedside.item("nursing-1"))
    ward.panel.load_signed()
    assert nameless(ward.page) == []
    assert too_small(ward.page) == []
