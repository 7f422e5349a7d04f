"""The lists of a ward nurse: one key verifies one line, and what is due is done or opened where it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication

from tests.plugins import ward
from tests.plugins.floor import DOSE, NUMBER, Ward, furnish
from tests.ui.pages.floor_kit import Bedside, Key, window
from ui.pages.tasks import TasksPage
from ui.pages.verify import VerifyPage
from workstation.core.clock import FixedClock
from workstation.core.events import Changed, Origin, Ref
from workstation.desk import Desk
from workstation.nursing.rows import Lane
from workstation.orderbook.book import orders_of
from workstation.orderbook.order import Verified

LATER, SECOND = "YZ26AAA000003", "YZ26AAA000004"


@pytest.fixture
def floor(make_desk: Callable[..., Desk], clock: FixedClock) -> Ward:
    made = furnish(make_desk("nurse"), clock)
    start = made.today("08:50")
    for id_, who, stay, drug, how, number, line in (
        ("n1", "p1", "s1", "盐酸二甲双胍片", "0.5 g po bid", LATER, 1),
        ("n2", "p1", "s1", "苯磺酸氨氯地平片", "10 mg po qd", LATER, 2),
        ("n3", "p2", "s2", "头孢克肟分散片", "100 mg po bid", SECOND, 1),
    ):
        order = ward.drug_order(id_, who, stay, drug, how, start, number=number, line=line)
        made.order(order, verified=False)
    return made


@pytest.fixture
def hands(floor: Ward, app: QApplication) -> Iterator[Callable[[str], Bedside]]:
    made: list[Bedside] = []

    def open_page(page: str) -> Bedside:
        made.append(Bedside(window(floor, app, page)))
        return made[-1]

    yield open_page
    for each in made:
        each.shell.close()
        each.shell.deleteLater()
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def state(floor: Ward, stay: str = "s1") -> dict[str, Verified]:
    with floor.desk.store.reader() as reader:
        return {o.id: o.verification.state for o in orders_of(reader, stay, floor.desk.knowledge)}


def at_new(hands: Callable[[str], Bedside]) -> tuple[Bedside, VerifyPage]:
    bedside = hands("verify")
    bedside.verify().new.setFocus()
    return bedside, bedside.verify()


def test_one_key_verifies_one_line_and_goes_on_to_the_next_and_the_next_patient(
    hands: Callable[[str], Bedside], floor: Ward
) -> None:
    bedside, page = at_new(hands)
    assert page.line().line.order == "n1"
    bedside.key(Key.Key_Space)
    assert state(floor)["n1"] is Verified.DONE
    assert state(floor)["n2"] is Verified.WAITING
    assert page.line().line.order == "n2"
    bedside.key(Key.Key_Space)
    assert page.patient_row().who.patient == "p2"
    bedside.key(Key.Key_Space)
    assert (bedside.keys, page.patient_row()) == (3, None)
    assert state(floor, "s2")["n3"] is Verified.DONE


def test_chosen_line_is_held_against_the_running_ones_it_may_be_mixed_with(
    hands: Callable[[str], Bedside],
) -> None:
    bedside, page = at_new(hands)
    bedside.key(Key.Key_Down)
    assert page.line().line.order == "n2"
    first = page.running.rows_model.rows()[0]
    assert (first.running.line.order, first.compared) == ("aml", True)
    assert not any(row.compared for row in page.running.rows_model.rows()[1:])


def test_line_goes_back_with_one_key_and_a_reason(hands: Callable[[str], Bedside], floor: Ward) -> None:
    bedside, page = at_new(hands)
    for key in (Key.Key_N, Key.Key_1, Key.Key_Return):
        bedside.key(key)
    assert state(floor)["n1"] is Verified.RETURNED
    assert page.line().line.order == "n2"


def test_stop_is_verified_by_the_same_key_and_does_not_go_back(
    hands: Callable[[str], Bedside], floor: Ward
) -> None:
    with floor.desk.store.reader() as reader:
        record = ward.stopped(reader.get("MedicationRequest", "aml"), floor.today("08:55"))
    floor.put(record, ward.verification(record, stop=True))
    bedside, page = at_new(hands)
    page.new.select("aml")
    bedside.key(Key.Key_N)
    assert page.asking.sheet is None
    bedside.key(Key.Key_Space)
    with floor.desk.store.reader() as reader:
        assert reader.get("Task", "aml-verify-stop")["status"] == "completed"


def test_news_of_others_waits_while_hands_are_on_a_line(hands: Callable[[str], Bedside], floor: Ward) -> None:
    bedside, page = at_new(hands)
    floor.order(
        ward.drug_order(
            "n0", "p1", "s1", "呋塞米注射液", "20 mg iv st", floor.today("08:55"), number="YZ26AAA000009"
        ),
        verified=False,
    )
    page.on_changed(Changed((Ref("Task", "n0-verify", "p1"),), Origin.SYNC, floor.clock.now()))
    assert page.line().line.order == "n1"
    assert page.people.bar.text() == "1 new or changed"
    bedside.key(Key.Key_F5)
    assert page.new.rows_model.rows()[0].new.line.order == "n0"


def on_task(hands: Callable[[str], Bedside], slot: str) -> tuple[Bedside, TasksPage]:
    bedside = hands("tasks")
    page = bedside.tasks()
    page.table.setFocus()
    page.table.select(f"{slot}:{Lane.OVERDUE}")
    return bedside, page


def test_enter_on_a_task_opens_the_chart_at_its_dose(hands: Callable[[str], Bedside]) -> None:
    bedside, _page = on_task(hands, DOSE)
    bedside.key(Key.Key_Return)
    assert bedside.chart().encounter == "s1"
    assert bedside.chart().chart.cell().slot == DOSE
    assert bedside.chart().lock.text() == "Wristband not scanned"


def test_other_order_is_carried_out_by_one_key_and_undone_by_another(
    hands: Callable[[str], Bedside], floor: Ward
) -> None:
    slot = f"{NUMBER}.L5.2603170800"
    bedside, page = on_task(hands, slot)
    bedside.key(Key.Key_Space)
    done = [t for t in floor.facts("Task") if t.get("identifier")]
    assert [t["status"] for t in done] == ["completed"]
    assert slot not in {row.slot for row in page.view.rows}
    bedside.key(Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert [t["status"] for t in floor.facts("Task") if t.get("identifier")] == ["entered-in-error"]
    assert slot in {row.slot for row in page.view.rows}


def test_task_that_is_not_done_says_why(hands: Callable[[str], Bedside], floor: Ward) -> None:
    bedside, page = on_task(hands, DOSE)
    for key in (Key.Key_N, Key.Key_2, Key.Key_Return):
        bedside.key(key)
    assert floor.facts()[0]["statusReason"][0]["text"] == "外出检查或不在病房"
    assert DOSE not in {row.slot for row in page.view.rows}


def test_list_turns_between_time_and_patient(hands: Callable[[str], Bedside], floor: Ward) -> None:
    floor.order(
        ward.drug_order("noon", "p1", "s1", "盐酸氨溴索片", "30 mg po tid", floor.today("08:50"), line=30)
    )
    bedside, page = on_task(hands, DOSE)
    beds = [row.who.bed for row in page.table.rows_model.rows()]
    assert beds != sorted(beds)
    bedside.key(Key.Key_T)
    beds = [row.who.bed for row in page.table.rows_model.rows()]
    assert beds == sorted(beds)
    assert page.order.value() == "patient"


def test_labels_are_one_key_away_and_named_by_ward_and_time(
    hands: Callable[[str], Bedside], monkeypatch: pytest.MonkeyPatch
) -> None:
    bedside, page = on_task(hands, DOSE)
    asked: list[str] = []
    monkeypatch.setattr(type(page.ctx.papers), "preview", lambda _self, *documents: asked.extend(documents))
    bedside.key(Key.Key_L, Qt.KeyboardModifier.AltModifier)
    assert asked == ["labels/w/2026-03-17T05:00:00.000+08:00/2026-03-17T21:00:00.000+08:00"]


def test_late_other_order_asks_why(hands: Callable[[str], Bedside], floor: Ward) -> None:
    floor.clock.advance(timedelta(minutes=30))
    bedside, _page = on_task(hands, f"{NUMBER}.L5.2603170800")
    for key in (Key.Key_Space, Key.Key_3, Key.Key_Return):
        bedside.key(key)
    (task,) = [t for t in floor.facts("Task") if t.get("identifier")]
    assert next(e["valueString"] for e in task["extension"] if e["url"].endswith("late-reason")) == "病区抢救"
