"""The bedside: two scans and one key give a dose; nothing wrong gets past Enter; the chart says what is where."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QLineEdit

from tests.conftest import PIN
from tests.plugins import ward
from tests.plugins.floor import BAG, DOSE, INSULIN, NUMBER, OTHER, OTHERS, STAY, Ward, furnish
from tests.ui.pages.floor_kit import Bedside, Key, window
from ui.pages.nursing_parts.actual_sheet import ActualSheet
from ui.pages.nursing_parts.asking import SecondPerson
from ui.shell import Shell
from ui.widgets.alerts import AlertCard
from workstation.core.clock import FixedClock
from workstation.core.events import Changed, Origin, Ref
from workstation.desk import Desk
from workstation.fhir import systems
from workstation.fhir.resources import extension
from workstation.nursing.rows import CellState


@pytest.fixture
def floor(make_desk: Callable[..., Desk], clock: FixedClock) -> Ward:
    return furnish(make_desk("nurse"), clock)


@pytest.fixture
def bedside(floor: Ward, app: QApplication) -> Iterator[Bedside]:
    shell: Shell = window(floor, app)
    yield Bedside(shell)
    shell.close()
    shell.deleteLater()
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def alerts(bedside: Bedside) -> list[str]:
    QApplication.processEvents()
    panel = bedside.chart().panel
    return [card.alert.title for card in panel.findChildren(AlertCard) if card.isVisible()]


def doubled(floor: Ward) -> dict[str, Any]:
    """The dose of amlodipine doubled at half past eight."""
    start, number = floor.today("08:30"), "YZ26AAA000003"
    return ward.drug_order("new", "p1", "s1", "苯磺酸氨氯地平片", "10 mg po qd", start, number=number)


def answer(bedside: Bedside, digit: Key = Key.Key_1) -> None:
    bedside.key(digit)
    bedside.key(Key.Key_Return)


def test_dose_is_given_with_two_scans_and_one_key(bedside: Bedside, floor: Ward) -> None:
    bedside.scan(STAY)
    bedside.scan(DOSE)
    bedside.key(Key.Key_Return)
    assert (bedside.scans, bedside.keys) == (2, 1)
    (fact,) = floor.facts()
    assert extension(fact, systems.CHECKED_BY_SCAN) == "both"
    chart = bedside.chart()
    assert chart.chart.cell().state is CellState.GIVEN
    assert chart.panel.view is None


def test_wristband_opens_the_chart_and_locks_it_until_it_is_left(bedside: Bedside) -> None:
    bedside.scan(STAY)
    page = bedside.chart()
    assert page.lock.text() == f"Wristband scanned: {STAY}"
    bedside.shell.open_page("tasks")
    bedside.shell.open_page("administration")
    assert bedside.chart().lock.text() == "Wristband not scanned"


def test_label_before_the_wristband_is_named_but_opens_nothing(bedside: Bedside) -> None:
    bedside.scan(DOSE)
    page = bedside.tasks()
    assert "张伟" in " ".join(page.banners.texts())


WRONG = {
    "label of another patient": (OTHERS, "This dose belongs to another patient. Nothing was recorded."),
    "label of tomorrow": (
        f"{NUMBER}.L3.2603180800",
        "This dose is for 18-Mar-2026 08:00. It is too early now.",
    ),
}


@pytest.mark.parametrize(("code", "said"), WRONG.values(), ids=WRONG)
def test_wrong_scan_is_a_stop_that_enter_does_not_pass(
    bedside: Bedside, floor: Ward, code: str, said: str
) -> None:
    bedside.scan(STAY)
    bedside.scan(code)
    assert alerts(bedside) == [said]
    for _again in range(3):
        bedside.key(Key.Key_Return)
    assert floor.facts() == []
    bedside.scan(DOSE)
    assert alerts(bedside) == []
    bedside.key(Key.Key_Return)
    assert len(floor.facts()) == 1


def test_stopped_order_shows_the_dose_that_differs(bedside: Bedside, floor: Ward) -> None:
    with floor.desk.store.reader() as reader:
        line = reader.get("MedicationRequest", "aml")
    floor.put(ward.stopped(line, floor.today("08:30")))
    floor.order(
        ward.drug_order(
            "new", "p1", "s1", "苯磺酸氨氯地平片", "10 mg po qd", floor.today("08:30"), number="YZ26AAA000003"
        )
    )
    bedside.scan(STAY)
    bedside.scan(DOSE)
    view = bedside.chart().panel.view
    assert [row.right.value for row in view.rights if not row.ok] == ["dose"]
    bedside.key(Key.Key_Return)
    assert floor.facts() == []


def test_wristband_of_another_patient_with_a_dose_in_hand_is_the_wrong_patient(
    bedside: Bedside, floor: Ward
) -> None:
    bedside.scan(STAY)
    bedside.scan(DOSE)
    bedside.scan(OTHER)
    assert alerts(bedside) == ["The wristband is another patient's. Nothing was recorded."]
    bedside.key(Key.Key_Return)
    assert floor.facts() == []


def test_wristband_of_another_patient_without_a_dose_goes_to_that_chart(bedside: Bedside) -> None:
    bedside.scan(STAY)
    bedside.scan(OTHER)
    assert bedside.chart().encounter == "s2"
    assert bedside.chart().lock.text() == f"Wristband scanned: {OTHER}"


def test_specimen_and_unknown_codes_say_what_they_are(bedside: Bedside) -> None:
    bedside.scan(STAY)
    bedside.scan("BB26AAA000001")
    assert "specimen tube" in " ".join(bedside.chart().banners.texts())
    bedside.scan("hello-world")
    assert "Nobody knows this code" in " ".join(bedside.chart().banners.texts())


def test_dose_by_hand_asks_why_it_was_not_scanned(bedside: Bedside, floor: Ward) -> None:
    bedside.scan(STAY)
    chart = bedside.chart().chart
    chart.go_to(DOSE)
    bedside.key(Key.Key_Space)
    bedside.key(Key.Key_Return)
    assert floor.facts() == []
    answer(bedside)
    fact = floor.facts()[0]
    assert extension(fact, systems.CHECKED_BY_SCAN) == "wristband"
    assert fact["note"][0]["text"] == "药品无标签或无码"


def test_late_dose_asks_for_its_reason(bedside: Bedside, floor: Ward) -> None:
    floor.clock.advance(timedelta(minutes=5))
    bedside.scan(STAY)
    bedside.scan(DOSE)
    bedside.key(Key.Key_Return)
    assert floor.facts() == []
    answer(bedside, Key.Key_3)
    assert extension(floor.facts()[0], systems.LATE_REASON) == "病区抢救"


def test_reason_that_needs_words_does_not_go_without_them(bedside: Bedside, floor: Ward) -> None:
    floor.clock.advance(timedelta(minutes=5))
    bedside.scan(STAY)
    bedside.scan(DOSE)
    bedside.key(Key.Key_Return)
    bedside.key(Key.Key_6)
    bedside.key(Key.Key_Return)
    bedside.key(Key.Key_Return)
    assert floor.facts() == []
    bedside.chart().asking.sheet.words.setText("等待家属")
    bedside.key(Key.Key_Return)
    assert extension(floor.facts()[0], systems.LATE_REASON) == "其他：等待家属"


def test_high_alert_drug_asks_a_colleague_for_a_pin(bedside: Bedside, floor: Ward) -> None:
    bedside.scan(STAY)
    bedside.scan(INSULIN)
    bedside.key(Key.Key_Return)
    sheet = bedside.chart().findChild(SecondPerson)
    assert [sheet.people.itemText(n) for n in range(sheet.people.count())] == ["赵敏"]
    bedside.write("111111")
    bedside.key(Key.Key_Return)
    assert floor.facts() == []
    assert sheet.error.text()
    bedside.write(PIN)
    bedside.key(Key.Key_Return)
    assert [p["actor"]["display"] for p in floor.facts()[0]["performer"]] == ["陈洁", "赵敏"]


def test_infusion_begins_with_two_scans_and_one_key_and_ends_with_one_scan_and_one_key(
    bedside: Bedside, floor: Ward
) -> None:
    bedside.scan(STAY)
    bedside.scan(BAG)
    bedside.key(Key.Key_Return)
    assert {f["status"] for f in floor.facts()} == {"in-progress"}
    floor.clock.advance(timedelta(minutes=40))
    bedside.scan(BAG)
    bedside.key(Key.Key_Return)
    assert {f["status"] for f in floor.facts()} == {"completed"}


def test_infusion_that_ends_early_says_why(bedside: Bedside, floor: Ward) -> None:
    bedside.scan(STAY)
    bedside.scan(BAG)
    bedside.key(Key.Key_Return)
    bedside.key(Key.Key_N)
    answer(bedside, Key.Key_2)
    assert floor.facts()[0]["note"][-1]["text"] == "外渗或堵管"


def test_dose_not_given_is_three_keys(bedside: Bedside, floor: Ward) -> None:
    bedside.scan(STAY)
    bedside.chart().chart.go_to(DOSE)
    bedside.key(Key.Key_N)
    answer(bedside)
    assert floor.facts()[0]["statusReason"][0]["text"] == "患者拒绝"
    assert bedside.keys == 3


def test_dose_in_hand_is_put_down_with_escape(bedside: Bedside, floor: Ward) -> None:
    bedside.scan(STAY)
    bedside.scan(DOSE)
    bedside.key(Key.Key_Escape)
    assert bedside.chart().panel.isHidden()
    assert floor.facts() == []
    assert bedside.chart().chart.hasFocus()


def test_record_in_error_is_marked_and_undo_takes_a_dose_back(bedside: Bedside, floor: Ward) -> None:
    bedside.scan(STAY)
    bedside.scan(DOSE)
    bedside.key(Key.Key_Return)
    assert bedside.shell.ctx.notices.undo_last()
    assert floor.facts()[0]["status"] == "entered-in-error"
    bedside.scan(DOSE)
    bedside.key(Key.Key_Return)
    bedside.key(Key.Key_Delete)
    answer(bedside, Key.Key_2)
    assert [f["status"] for f in floor.facts()] == ["entered-in-error"] * 2


def test_what_really_happened_is_recorded_against_a_stopped_order(bedside: Bedside, floor: Ward) -> None:
    with floor.desk.store.reader() as reader:
        line = reader.get("MedicationRequest", "aml")
    floor.put(ward.stopped(line, floor.today("08:30")))
    bedside.scan(STAY)
    bedside.chart().chart.go_to(DOSE)
    bedside.key(Key.Key_A)
    sheet = bedside.chart().findChild(ActualSheet)
    sheet.time.setText("0810")
    sheet.amounts[0].setText("２．５")
    bedside.key(Key.Key_F12)
    (fact,) = floor.facts()
    assert (fact["effectiveDateTime"], fact["dosage"]["dose"]["value"]) == (floor.at("08:10"), 2.5)


def test_time_that_lies_ahead_or_is_none_is_refused_on_the_sheet(bedside: Bedside, floor: Ward) -> None:
    bedside.scan(STAY)
    bedside.chart().chart.go_to(DOSE)
    bedside.key(Key.Key_A)
    sheet = bedside.chart().findChild(ActualSheet)
    for text in ("0930", "2561", "x"):
        sheet.time.setText(text)
        bedside.key(Key.Key_F12)
        assert not sheet.error.isHidden()
    assert floor.facts() == []


def test_dose_of_yesterday_is_recorded_with_its_day(bedside: Bedside, floor: Ward) -> None:
    bedside.scan(STAY)
    bedside.chart().chart.go_to(f"{NUMBER}.G1.2603162000")
    bedside.key(Key.Key_A)
    bedside.chart().findChild(ActualSheet).time.setText("03-16 2005")
    bedside.key(Key.Key_F12)
    assert {f["effectivePeriod"]["start"][:16] for f in floor.facts()} == {"2026-03-16T20:05"}


def test_changed_order_freezes_the_chart_and_says_what_changed(bedside: Bedside, floor: Ward) -> None:
    bedside.scan(STAY)
    page = bedside.chart()
    with floor.desk.store.reader() as reader:
        line = reader.get("MedicationRequest", "aml")
    order = ward.drug_order(
        "new", "p1", "s1", "苯磺酸氨氯地平片", "10 mg po qd", floor.today("08:30"), number="YZ26AAA000003"
    )
    floor.put(ward.stopped(line, floor.today("08:30")), order)
    news(bedside, floor)
    assert page.bar.text() == "Orders changed. amlodipine: 5 mg → 10 mg (08:30)"
    assert "new" not in {row.row.line.order for row in page.chart.rows()}
    bedside.key(Key.Key_F5)
    assert page.bar.text() == ""
    assert "new" in {row.row.line.order for row in page.chart.rows()}


def test_dose_given_elsewhere_shows_at_once(bedside: Bedside, floor: Ward) -> None:
    bedside.scan(STAY)
    page = bedside.chart()
    floor.give()
    news(bedside, floor)
    page.chart.go_to(DOSE)
    assert page.chart.cell().state is CellState.GIVEN


def news(bedside: Bedside, floor: Ward) -> None:
    changed = Changed((Ref("MedicationRequest", "aml", "p1"),), Origin.SYNC, floor.clock.now())
    bedside.chart().on_changed(changed)


def test_arrows_walk_lines_and_cells_and_every_cell_is_a_sentence(bedside: Bedside) -> None:
    bedside.scan(STAY)
    chart = bedside.chart().chart
    chart.setFocus()
    bedside.key(Key.Key_End)
    last = chart.row().line.order
    bedside.key(Key.Key_Home)
    assert (chart.row().line.order, last) == ("fluid", "bp")
    bedside.key(Key.Key_Down)
    assert chart.row().line.order == "cef"
    bedside.key(Key.Key_Left)
    assert chart.cell().at < BAG_AT
    assert chart.accessibleDescription().startswith("Overdue, 16-Mar-2026 20:00, ceftriaxone")


BAG_AT = "2026-03-17T08:00:00.000+08:00"


def test_medicines_out_of_sight_are_named(bedside: Bedside, floor: Ward) -> None:
    start = floor.clock.now() - timedelta(days=1)
    for n in range(12):
        floor.order(
            ward.drug_order(f"x{n}", "p1", "s1", "盐酸二甲双胍片", "0.5 g po bid", start, line=20 + n)
        )
    bedside.scan(STAY)
    chart = bedside.chart().chart
    above, below = chart.hidden()
    assert above == []
    assert "测血压" in below
    chart.setFocus()
    bedside.key(Key.Key_End)
    above, below = chart.hidden()
    assert "sodium chloride 0.9%" in above
    assert below == []


def test_doctor_sees_the_chart_but_gives_nothing(bedside: Bedside, floor: Ward, app: QApplication) -> None:
    shell = window(floor, app, user="doc")
    hands = Bedside(shell)
    assert not [a for a in shell.ctx.actions.live() if a.id.startswith("dose.")]
    hands.shell.close()


def test_fields_are_never_scanned_into(bedside: Bedside) -> None:
    bedside.scan(STAY)
    bedside.chart().chart.go_to(DOSE)
    bedside.key(Key.Key_N)
    words = bedside.chart().asking.sheet.words
    words.setFocus(Qt.FocusReason.OtherFocusReason)
    bedside.scan(OTHERS)
    assert isinstance(words, QLineEdit)
    assert words.text() == ""
