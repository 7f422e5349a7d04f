"""A page never loses typing: drafts, news over unsaved text, and errors where they belong."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.sample_desk import BoardPage, NotePage, SampleDesk
from ui.actions import Actions
from ui.context import Context, PatientContext
from ui.keymap import load_keymap
from ui.notices import Notices
from ui.tasks import InlineTasks, ThreadTasks
from workstation.core.drafts import Draft, DraftKey
from workstation.core.errors import UserError
from workstation.core.events import Changed, Origin, Ref
from workstation.security.permissions import Actor

PATIENT = PatientContext("p1", "欧阳建国")
KEY = DraftKey("note", "p1")


class Nowhere:
    """An opener that opens nothing."""

    def open_chart(self, patient: PatientContext, page: str = "") -> None: ...

    def open_page(self, page: str) -> None: ...

    def front_patient(self) -> PatientContext | None:
        return None

    def slot_of(self, patient: str) -> int:
        return 0

    def show_badges(self, source: str, badges: object) -> None: ...


@pytest.fixture
def ctx(app: QApplication, desk: SampleDesk) -> Context:
    desk.actor = Actor("1001", "王敏", "doctor-attending")
    notices = Notices()
    return Context(
        desk, InlineTasks(desk, notices.show), notices, Nowhere(), Actions(load_keymap()), desk.clock
    )


@pytest.fixture
def page(ctx: Context, qtbot: QtBot) -> NotePage:
    made = NotePage(ctx, PATIENT)
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


def changed(actor: str, origin: Origin = Origin.SYNC, patient: str = "p1") -> Changed:
    from tests.ui.sample_desk import MORNING

    return Changed((Ref("Composition", "c1", patient),), origin, MORNING, actor)


def type_text(page: NotePage, text: str) -> None:
    page.editor.setFocus()
    QTest.keyClicks(page.editor, text)


def test_a_page_loads_when_it_is_first_seen_and_is_clean(page: NotePage, desk: SampleDesk) -> None:
    assert "咳嗽" in page.editor.toPlainText()
    assert not page.dirty
    assert desk.asked.count("note.text") == 1


def test_typing_is_kept_after_a_short_rest(page: NotePage, desk: SampleDesk, qtbot: QtBot) -> None:
    type_text(page, "fever")
    assert page.dirty
    assert desk.kept == {}
    qtbot.waitUntil(lambda: ("1001", KEY) in desk.kept)
    assert "fever" in desk.kept["1001", KEY].body["text"]


def test_typing_without_a_rest_is_kept_all_the_same(page: NotePage, desk: SampleDesk, qtbot: QtBot) -> None:
    page.drafts._longest.setInterval(50)
    type_text(page, "a")
    page.drafts._rest.stop()
    qtbot.waitUntil(lambda: ("1001", KEY) in desk.kept)


def test_hiding_a_page_keeps_what_was_typed(page: NotePage, desk: SampleDesk) -> None:
    type_text(page, "fever")
    page.hide()
    assert ("1001", KEY) in desk.kept


def test_a_draft_is_found_again_when_the_page_opens(ctx: Context, desk: SampleDesk, qtbot: QtBot) -> None:
    desk.kept["1001", KEY] = Draft(KEY, {"text": "kept"}, desk.clock.now())
    made = NotePage(ctx, PATIENT)
    qtbot.addWidget(made)
    made.show()
    assert made.editor.toPlainText() == "kept"
    assert made.dirty


def test_a_recovered_draft_says_so(ctx: Context, desk: SampleDesk, qtbot: QtBot) -> None:
    desk.kept["1001", KEY] = Draft(KEY, {"text": "kept"}, desk.clock.now(), recovered=True)
    made = NotePage(ctx, PATIENT)
    qtbot.addWidget(made)
    made.show()
    assert "recovered" in made.banners.names()


def test_a_record_that_loads_late_never_writes_over_a_draft(
    ctx: Context, desk: SampleDesk, app: QApplication, qtbot: QtBot
) -> None:
    desk.kept["1001", KEY] = Draft(KEY, {"text": "kept"}, desk.clock.now())
    tasks = ThreadTasks(desk, ctx.notices.show)
    made = NotePage(Context(desk, tasks, ctx.notices, ctx.opener, ctx.actions, desk.clock), PATIENT)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: made.dirty)
    tasks.drain()
    QApplication.processEvents()
    assert made.editor.toPlainText() == "kept"


def test_a_signed_page_is_clean_and_its_draft_is_gone(page: NotePage, desk: SampleDesk) -> None:
    type_text(page, "fever")
    page.flush()
    page.committed()
    assert not page.dirty
    assert desk.kept == {}


def test_a_page_in_sight_asks_again_and_a_hidden_one_waits(page: NotePage, desk: SampleDesk) -> None:
    page.on_changed(changed("1002"))
    assert desk.asked.count("note.text") == 2
    page.hide()
    page.on_changed(changed("1002"))
    assert desk.asked.count("note.text") == 2
    assert page.stale
    page.show()
    assert desk.asked.count("note.text") == 3


def test_news_about_another_patient_is_none_of_its_business(page: NotePage, desk: SampleDesk) -> None:
    page.on_changed(changed("1002", patient="p2"))
    assert desk.asked.count("note.text") == 1


def test_unsaved_typing_is_never_overwritten_by_news(page: NotePage, desk: SampleDesk) -> None:
    type_text(page, "fever")
    page.on_changed(changed("1002"))
    assert "fever" in page.editor.toPlainText()
    assert page.banners.names() == ["changed"]
    assert "1002" in page.banners.texts()[0]


def test_ones_own_change_raises_no_question(page: NotePage) -> None:
    type_text(page, "fever")
    page.on_changed(changed("1001", Origin.HERE))
    assert page.banners.names() == []


def test_compare_shows_the_record_and_mine_comes_back(page: NotePage, desk: SampleDesk) -> None:
    type_text(page, "fever")
    page.on_changed(changed("1002"))
    page._compare()
    assert "fever" not in page.editor.toPlainText()
    assert "fever" in desk.kept["1001", KEY].body["text"]
    page._back_to_mine()
    assert "fever" in page.editor.toPlainText()
    assert page.dirty


def test_a_draft_that_could_not_be_kept_is_tried_again(page: NotePage, desk: SampleDesk) -> None:
    type_text(page, "fever")
    actor, desk.actor = desk.actor, None
    page.flush()
    assert page.drafts.pending
    assert page.banners.isVisible()
    desk.actor = actor
    page.flush()
    assert ("1001", KEY) in desk.kept


def test_an_error_the_user_can_act_on_shows_its_message_and_hint(page: NotePage) -> None:
    page.fail(UserError("The printer has no paper.", "Add paper and try again."))
    assert page.banners.texts() == ["The printer has no paper. Add paper and try again."]


def test_an_error_of_ours_never_shows_its_own_text(page: NotePage, caplog: pytest.LogCaptureFixture) -> None:
    page.fail(RuntimeError("欧阳建国 3101"))
    shown = " ".join(page.banners.texts())
    assert "Nothing you typed was lost" in shown
    assert "欧阳建国" not in shown
    assert "欧阳建国" not in caplog.text
    assert "RuntimeError" in caplog.text
    caplog.clear()


def test_only_typing_makes_a_page_dirty(ctx: Context, qtbot: QtBot) -> None:
    made = NotePage(ctx, PATIENT)
    qtbot.addWidget(made)
    made.editor.setPlainText("from the record")
    assert not made.dirty


def test_a_page_without_drafts_keeps_none(ctx: Context, desk: SampleDesk, qtbot: QtBot) -> None:
    made = BoardPage(ctx)
    qtbot.addWidget(made)
    made.touched()
    made.flush()
    assert desk.kept == {}


def test_a_shut_page_takes_no_news(page: NotePage, desk: SampleDesk, app: QApplication) -> None:
    page.shut()
    page.on_changed(changed("1002"))
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert desk.asked.count("note.text") == 1
