"""What is typed is kept, comes back, and is never put over something else."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QPushButton

from tests.ui.accessibility import nameless, too_small
from tests.ui.pages import outpatient_kit as kit
from tests.ui.pages.outpatient_kit import Key, Open, fill, press, type_text
from ui.pages.outpatient import OutpatientPage
from workstation.core.drafts import DraftKey
from workstation.core.events import Changed, Origin
from workstation.emr import sections as s
from workstation.emr.model import (
    NOTE_DRAFT,
    AddDiagnosis,
    SectionText,
    SignNote,
)

KEY = DraftKey(NOTE_DRAFT, "p1", "v1")


def reopen(page: OutpatientPage, open_page: Open) -> OutpatientPage:
    desk = page.ctx.desk
    page.flush()
    page.window().close()
    return open_page(desk)


def test_what_is_typed_is_kept_and_said_with_its_time(open_page):
    page = open_page()
    fill(page, {s.PLAN: "Rest."})
    page.flush()
    assert page.ctx.desk.load_draft(KEY).body["note"]["sections"][s.PLAN] == "Rest."
    assert page.kept.text() == "Draft kept on this PC 09:00:00"
    assert page.unsigned() == ["Medical record"]


def test_a_draft_comes_back_with_its_marks_and_values(open_page):
    page = open_page(rich=True)
    page.note.copy_forward()
    page.note.editor.editors[s.EXAMINATION].insert_text("T {{temperature}}")
    page.vitals.fields["weight"].setFocus()
    type_text("62")
    again = reopen(page, open_page)
    editors = again.note.editor.editors
    assert editors[s.PRESENT_ILLNESS].copied() == [kit.NOTE[s.PRESENT_ILLNESS]]
    assert editors[s.EXAMINATION].text() == "T 36.8 °C (09:00)"
    assert again.vitals.fields["weight"].text() == "62"
    assert again.dirty


def test_a_draft_after_a_crash_is_shown_as_recovered_and_can_be_let_go(open_page):
    page = open_page()
    fill(page, {s.PLAN: "Rest."})
    page.flush()
    page.window().close()
    desk = page.ctx.desk
    desk.clock.advance(kit.timedelta(minutes=2))
    desk.started = desk.clock.now()
    again = open_page(desk)
    assert again.note.editor.texts()[s.PLAN] == "Rest."
    assert any("Recovered after an interruption" in text for text in again.banners.texts())
    start_empty = next(
        b for b in again.banners.findChildren(QPushButton) if b.accessibleName() == "Start empty"
    )
    start_empty.click()
    assert again.note.editor.is_empty()
    assert desk.load_draft(KEY) is None
    press(Key.Key_Z)
    again.ctx.notices.undo_last()
    assert again.note.editor.texts()[s.PLAN] == "Rest."


def test_a_draft_is_never_put_over_what_was_typed_meanwhile(open_page):
    page = open_page()
    fill(page, {s.PLAN: "Rest."})
    page.flush()
    kept = page.ctx.desk.load_draft(KEY)
    page.note.editor.load({s.PLAN: "Something newer."})
    page._restore_found(kept)
    assert page.note.editor.texts()[s.PLAN] == "Something newer."
    assert any("was not put over your text" in text for text in page.banners.texts())
    page.touched()
    page.flush()
    assert page.ctx.desk.load_draft(KEY).body["undecided"]["note"]["sections"][s.PLAN] == "Rest."
    compare = next(b for b in page.banners.findChildren(QPushButton) if b.accessibleName() == "Compare")
    compare.click()
    press(Key.Key_R)
    assert page.note.editor.texts()[s.PLAN] == "Rest."


def test_a_note_signed_elsewhere_keeps_my_text_and_offers_it_as_an_addendum(open_page):
    page = open_page()
    desk = page.ctx.desk
    fill(page, {s.PLAN: "My plan."})
    desk.do("emr.add-diagnosis", AddDiagnosis("p1", "v1", "I10"))
    parts = tuple(SectionText(code, text) for code, text in kit.NOTE.items())
    changed = desk.do("emr.sign-note", SignNote("p1", "v1", parts))
    page.on_changed(Changed(changed.refs, Origin.SYNC, changed.at, "李强"))
    assert page.note.view.isVisible()
    assert any("Your text is kept as a draft" in text for text in page.banners.texts())
    compare = next(b for b in page.banners.findChildren(QPushButton) if b.accessibleName() == "Compare")
    compare.click()
    press(Key.Key_R)
    assert page.note.view.addendum.toPlainText() == "My plan."


def test_news_never_touches_what_is_being_typed(open_page):
    page = open_page()
    press(Key.Key_F2)
    type_text("Cough")
    page.ctx.desk.do("emr.add-diagnosis", AddDiagnosis("p1", "v1", "I10"))
    page.on_changed(Changed((), Origin.SYNC, page.ctx.clock.now()))
    page.refresh()
    assert page.note.editor.texts()[s.CHIEF_COMPLAINT] == "Cough"
    assert [row.code for row in page.diagnoses.rows] == ["I10"]
    assert QApplication.focusWidget().code == s.CHIEF_COMPLAINT


def test_every_control_has_a_name_and_can_be_hit(open_page):
    page = open_page(rich=True)
    assert nameless(page) == []
    assert too_small(page) == []
