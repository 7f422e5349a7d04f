"""Work happens off the main thread; answers arrive on it, in order, and only where somebody still waits."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.sample_desk import SampleDesk
from ui.bridge import Bridge
from ui.tasks import InlineTasks, ThreadTasks
from workstation.core.errors import NotFound
from workstation.core.events import Bus, Changed, Notice, Origin, Ref


class Owner(QObject):
    """Somebody who asks."""

    def __init__(self) -> None:
        super().__init__()
        self.closed = False
        self.got: list[Any] = []


@pytest.fixture
def reported() -> list[Exception]:
    return []


@pytest.fixture
def tasks(app: QApplication, desk: SampleDesk, reported: list[Exception]) -> Iterator[ThreadTasks]:
    made = ThreadTasks(desk, lambda error, _owner: reported.append(error))
    yield made
    made.close()


def test_an_answer_arrives_on_the_main_thread_and_the_work_did_not_run_there(
    tasks: ThreadTasks, desk: SampleDesk, qtbot: QtBot
) -> None:
    owner, main, seen = Owner(), threading.get_ident(), []
    desk.answers["who"] = lambda _request: threading.get_ident()
    tasks.ask(owner, "who", None, lambda worker: seen.append((worker, threading.get_ident())))
    qtbot.waitUntil(lambda: bool(seen))
    worker, here = seen[0]
    assert here == main
    assert worker != main


def test_writes_run_one_after_another_in_the_order_given(tasks: ThreadTasks, qtbot: QtBot) -> None:
    owner, order = Owner(), []
    for number in range(50):
        tasks.run(owner, lambda n=number: order.append(n), owner.got.append, write=True)
    qtbot.waitUntil(lambda: len(owner.got) == 50)
    assert order == list(range(50))


def test_an_answer_for_a_closed_page_is_dropped(tasks: ThreadTasks, qtbot: QtBot) -> None:
    gone, here = Owner(), Owner()
    tasks.run(gone, lambda: 1, gone.got.append, write=True)
    tasks.run(here, lambda: 2, here.got.append, write=True)
    gone.closed = True
    qtbot.waitUntil(lambda: here.got == [2])
    assert gone.got == []


def test_only_the_answer_to_the_newest_question_is_delivered(
    tasks: ThreadTasks, desk: SampleDesk, qtbot: QtBot
) -> None:
    owner, first_may_end = Owner(), threading.Event()

    def answer(request: str) -> str:
        if request == "a":
            first_may_end.wait(10)
        return request

    desk.answers["find"] = answer
    tasks.ask(owner, "find", "a", owner.got.append, latest="search")
    tasks.ask(owner, "find", "ab", owner.got.append, latest="search")
    qtbot.waitUntil(lambda: owner.got == ["ab"])
    first_may_end.set()
    assert tasks.drain()
    QApplication.processEvents()
    assert owner.got == ["ab"]


def test_an_error_goes_to_the_page_or_else_to_the_one_door(
    tasks: ThreadTasks, desk: SampleDesk, qtbot: QtBot, reported: list[Exception]
) -> None:
    def fail(_request: object) -> None:
        raise NotFound("gone")

    desk.answers["find"] = fail
    owner = Owner()
    tasks.ask(owner, "find", None, owner.got.append, failed=owner.got.append)
    tasks.ask(owner, "find", None, owner.got.append)
    qtbot.waitUntil(lambda: bool(owner.got) and bool(reported))
    assert isinstance(owner.got[0], NotFound)
    assert isinstance(reported[0], NotFound)


def test_what_must_wait_for_all_answers_runs_after_the_last(tasks: ThreadTasks, qtbot: QtBot) -> None:
    owner, may_end = Owner(), threading.Event()
    tasks.run(owner, lambda: may_end.wait(10), owner.got.append)
    tasks.when_settled(owner, lambda: owner.got.append("settled"))
    may_end.set()
    qtbot.waitUntil(lambda: len(owner.got) == 2)
    assert owner.got == [True, "settled"]


def test_what_waits_for_nothing_runs_at_once(tasks: ThreadTasks) -> None:
    owner = Owner()
    tasks.when_settled(owner, lambda: owner.got.append("now"))
    assert owner.got == ["now"]


def test_tasks_that_are_dropped_with_work_under_way_do_no_harm(app: QApplication, desk: SampleDesk) -> None:
    for _round in range(30):
        dropped, owner = ThreadTasks(desk, lambda _error, _owner: None), Owner()
        for number in range(100):
            dropped.run(owner, dict, owner.got.append, write=bool(number % 2))
        del dropped, owner
        gc.collect()
    QApplication.processEvents()


def test_two_thousand_answers_do_no_harm(tasks: ThreadTasks, qtbot: QtBot) -> None:
    owner = Owner()
    for _number in range(2000):
        tasks.run(owner, lambda: True, owner.got.append)
    qtbot.waitUntil(lambda: len(owner.got) == 2000, timeout=30_000)


def test_inline_tasks_answer_before_they_return(app: QApplication, desk: SampleDesk) -> None:
    desk.answers["find"] = lambda request: request
    owner = Owner()
    InlineTasks(desk, lambda _error, _owner: None).ask(owner, "find", 7, owner.got.append)
    assert owner.got == [7]


def changed(number: int, origin: Origin, desk: SampleDesk) -> Changed:
    return Changed((Ref("Observation", str(number), "p1"),), origin, desk.clock.now(), "1002")


def test_news_from_any_thread_arrives_on_the_main_thread(
    app: QApplication, qtbot: QtBot, desk: SampleDesk
) -> None:
    bus, here = Bus(), []
    bridge = Bridge(bus)
    bridge.noticed.connect(lambda notice: here.append((notice.text, threading.get_ident())))
    worker = threading.Thread(target=lambda: bus.publish(Notice("hello")))
    worker.start()
    worker.join()
    qtbot.waitUntil(lambda: bool(here))
    assert here == [("hello", threading.get_ident())]
    bridge.close()


def test_a_burst_of_changes_is_one_piece_of_news_per_origin(
    app: QApplication, qtbot: QtBot, desk: SampleDesk
) -> None:
    bus, news = Bus(), []
    bridge = Bridge(bus)
    bridge.changed.connect(news.append)
    for number in range(100):
        bus.publish(changed(number % 10, Origin.SYNC, desk))
    bus.publish(changed(1, Origin.HERE, desk))
    qtbot.waitUntil(lambda: len(news) == 2)
    assert {(each.origin, len(each.refs)) for each in news} == {(Origin.SYNC, 10), (Origin.HERE, 1)}
    bridge.close()


def test_a_closed_bridge_says_nothing_more(app: QApplication, qtbot: QtBot, desk: SampleDesk) -> None:
    bus, news = Bus(), []
    bridge = Bridge(bus)
    bridge.noticed.connect(news.append)
    bridge.close()
    bus.publish(Notice("too late"))
    QApplication.processEvents()
    assert news == []
