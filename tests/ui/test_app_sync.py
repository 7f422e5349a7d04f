"""The composed window and its centre: joining a new PC, staying in step, and deciding what differs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from sync.auth import MemoryBox
from sync.pairing import AuthKind, SignIn, pair
from tests.conftest import PIN
from tests.plugins.hub import PASSWORD, RunningHub
from tests.ui.app_kit import Hands, Key, setup_of, shell_of, unlock, until
from ui.app import Window
from ui.app.joining import add_colleague
from ui.cli.line import sync_now
from ui.first_start import JoinRequest
from ui.pages.sync_centre import SyncCentrePage
from ui.pages.sync_parts.decide_sheet import DecideSheet
from workstation.core.clock import FixedClock
from workstation.core.days import written_date
from workstation.core.errors import Invalid
from workstation.core.events import Changed, Link, Origin, SyncState
from workstation.core.settings import LANGUAGE
from workstation.desk import Desk
from workstation.fhir import systems

OpenWindow = Callable[..., Window]
PATIENT = {
    "resourceType": "Patient",
    "id": "p1",
    "name": [{"use": "official", "text": "欧阳建国"}],
    "gender": "male",
    "birthDate": "1958-03-09",
    "telecom": [{"system": "phone", "value": "13800000012"}],
}
ALLERGY = {
    "resourceType": "AllergyIntolerance",
    "id": "a1",
    "patient": {"reference": "Patient/p1"},
    "code": {"text": "青霉素类"},
    "criticality": "low",
}


@pytest.fixture
def box() -> MemoryBox:
    return MemoryBox()


@pytest.fixture
def open_window(qapp: QApplication, clock: FixedClock, qtbot: QtBot) -> Iterator[OpenWindow]:
    made: list[Window] = []

    def opened(folder: Path, **more: object) -> Window:
        window = Window(qapp, setup_of(folder, clock, **more))
        made.append(window)
        window.show()
        widget = window.shell or window.first
        with qtbot.waitActive(widget):
            widget.activateWindow()
        return window

    yield opened
    for window in made:
        window.close()
        if window.shell is not None:
            window.shell.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


# A new PC


def fill(window: Window, url: str, user: str, password: str, pin: str, again: str = "") -> None:
    form = window.first.form
    texts = (url, user, password, pin, again or pin)
    for field, text in zip((form.url, form.user, form.password, form.pin, form.again), texts, strict=True):
        field.setText(text)
    form.again.setFocus()
    Hands().press(Key.Key_Return)


def test_a_new_pc_is_joined_by_typing_and_goes_on_as_that_person(
    open_window: OpenWindow, tmp_path: Path, hub: RunningHub, box: MemoryBox, qtbot: QtBot
) -> None:
    hub.client("doc").put("Patient/p1", json=PATIENT).raise_for_status()
    window = open_window(tmp_path / "new", box_of=lambda _desk: box, syncs=True)
    assert window.shell is None
    fill(window, hub.url, "doc", PASSWORD, PIN)
    until(qtbot, lambda: window.shell is not None and not window.shell.locked)
    assert window.late.actor.name == "王敏"
    assert window.late.actor.role == "doctor-attending"
    until(qtbot, lambda: window.late.sync_state().link is Link.ONLINE)
    until(qtbot, lambda: window.late.sync_state().last_pull is not None)
    with window.late.real.store.reader() as reader:
        assert reader.get("Patient", "p1")["birthDate"] == "1958-03-09"
    assert shell_of(window).ctx.desk.setting(LANGUAGE) == "en"


REFUSED = [
    ("wrong password", "doc", "not-the-password", PIN, "", "sign in"),
    ("short pin", "doc", PASSWORD, "123", "", "At least 6 characters."),
    ("different pins", "doc", PASSWORD, PIN, "135790", "The two PINs differ."),
    ("no user", "", PASSWORD, PIN, "", "User number and password of the centre are needed."),
]


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case[0])
def test_what_keeps_a_pc_from_being_joined_is_said_and_nothing_is_left(
    case: tuple[str, ...], open_window: OpenWindow, tmp_path: Path, hub: RunningHub, qtbot: QtBot
) -> None:
    _name, user, password, pin, again, said = case
    window = open_window(tmp_path / "new")
    fill(window, hub.url, user, password, pin, again)
    form = window.first.form
    until(qtbot, form.go.isEnabled)
    assert said in form.message.text()
    assert not (tmp_path / "new" / "vault.json").exists()
    assert form.url.text() == hub.url


def test_a_centre_out_of_reach_is_said(open_window: OpenWindow, tmp_path: Path, qtbot: QtBot) -> None:
    window = open_window(tmp_path / "new")
    fill(window, "http://127.0.0.1:9/fhir", "doc", PASSWORD, PIN)
    until(qtbot, window.first.form.go.isEnabled)
    assert "reach" in window.first.form.message.text()


# A joined PC


@pytest.fixture
def joined(
    make_desk: Callable[..., Desk], hub: RunningHub, box: MemoryBox, clock: FixedClock, tmp_path: Path
) -> Path:
    """A desk that is in step with the hub: one patient with an allergy; closed again."""
    desk = make_desk("doc")
    desk.set_setting(LANGUAGE, "en")
    pair(hub.url, SignIn(AuthKind.HUB, "doc", PASSWORD, "desk"), box, desk.store, clock)
    desk.store.write(desk.actor, "test.seed", lambda unit: [unit.put(PATIENT), unit.put(ALLERGY)][0])
    assert sync_now(desk, box).sent == 1
    desk.unlock("reg", PIN)
    desk.set_setting(LANGUAGE, "en")
    desk.close()
    return tmp_path / "desk"


def edit(window: Window, kind: str, id_: str, **elements: object) -> None:
    """Change a record on this desk, as a screen would: in one unit of the person who is here."""
    desk = window.late.real

    def act(unit):  # type: ignore[no-untyped-def]
        return unit.put(unit.reader.get(kind, id_) | elements)

    desk.store.write(desk.actor, "registration.update", act)


def change_at_centre(hub: RunningHub, path: str, **elements: object) -> None:
    client = hub.client("doc")
    there = client.get(path).json()
    client.put(
        path, json=there | elements, headers={"If-Match": f'W/"{there["meta"]["versionId"]}"'}
    ).raise_for_status()


def run(window: Window) -> None:
    window.sync.service.run_once()


def sync_page(window: Window, qtbot: QtBot) -> SyncCentrePage:
    shell = shell_of(window)
    shell.open_page("sync")
    page = shell.frame.front_page()
    assert isinstance(page, SyncCentrePage)
    until(qtbot, lambda: page.view is not None)
    return page


def test_what_waits_is_said_in_words_and_sent_when_the_centre_is_back(
    open_window: OpenWindow, joined: Path, hub: RunningHub, box: MemoryBox, qtbot: QtBot
) -> None:
    window = open_window(joined, box_of=lambda _desk: box)
    unlock(window, qtbot)
    hub.stop()
    edit(window, "Patient", "p1", birthDate="1958-09-03")
    run(window)
    page = sync_page(window, qtbot)
    until(qtbot, lambda: len(page.waiting.table.rows_model.rows()) == 1)
    (row,) = page.waiting.table.rows_model.rows()
    assert (row.patient, row.who) == ("欧阳建国", "王敏")
    assert page.headline.text().startswith("1 waiting to send: all of it is safe on this PC.")
    assert "cannot be reached" in page.headline.text()
    assert "yes, nothing is lost" in page.safe.text()
    hub.restart()
    window.sync.retry(row.seq)
    run(window)
    until(qtbot, lambda: not page.waiting.table.rows_model.rows())
    until(qtbot, lambda: page.headline.text().startswith("Everything made on this PC is at the centre."))
    assert page.safe.text() == "Safe to switch off: yes"
    change_at_centre(hub, "Patient/p1", gender="female")
    run(window)
    until(qtbot, lambda: [row.what for row in page.received.table.rows_model.rows()] == ["Patient data"])


@pytest.fixture
def conflict(
    open_window: OpenWindow, joined: Path, hub: RunningHub, box: MemoryBox, qtbot: QtBot
) -> Callable[..., tuple[Window, SyncCentrePage]]:
    """The centre and this desk changed the same record; the window shows the conflict."""

    def made(
        kind: str, id_: str, ours: dict, theirs: dict, user: str = "doc"
    ) -> tuple[Window, SyncCentrePage]:
        window = open_window(joined, box_of=lambda _desk: box)
        unlock(window, qtbot, "doc")
        edit(window, kind, id_, **ours)
        change_at_centre(hub, f"{kind}/{id_}", **theirs)
        run(window)
        if user != "doc":
            shell_of(window).lock("switch")
            until(qtbot, lambda: window.late.actor is None)
            unlock(window, qtbot, user)
        page = sync_page(window, qtbot)
        until(qtbot, lambda: len(page.conflicts.table.rows_model.rows()) == 1)
        return window, page

    return made


def compare(page: SyncCentrePage, qtbot: QtBot) -> DecideSheet:
    page.conflicts.table.setFocus(Qt.FocusReason.OtherFocusReason)
    Hands().press(Key.Key_Return)
    until(qtbot, lambda: isinstance(page.sheet, DecideSheet))
    return page.sheet


def test_both_versions_stand_side_by_side_and_a_reason_is_asked(
    conflict: Callable[..., tuple[Window, SyncCentrePage]], hub: RunningHub, qtbot: QtBot
) -> None:
    window, page = conflict("Patient", "p1", {"gender": "female"}, {"birthDate": "1958-09-03"})
    sheet = compare(page, qtbot)
    said = [label.text() for label in sheet.findChildren(type(page.headline))]
    assert {"male", "female", "09-Mar-1958", "03-Sep-1958"} <= set(said)
    hands = Hands()
    hands.press(Key.Key_1, Qt.KeyboardModifier.AltModifier)
    hands.press(Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert window.sync.view().rows, "nothing is decided without a reason"
    hands.write("checked with the card")
    assert window.sync.view().rows, "nothing is decided before it is applied"
    hands.press(Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    until(qtbot, lambda: not page.conflicts.table.rows_model.rows())
    run(window)
    assert hub.client("doc").get("Patient/p1").json()["gender"] == "female"
    assert window.late.real.store.count_acts("sync.keep-ours", "") == 0
    with window.late.real.store.reader() as reader:
        assert reader.get("Patient", "p1")["birthDate"] == "1958-03-09"


def test_each_version_says_who_made_it_in_which_role_where_and_when(
    conflict: Callable[..., tuple[Window, SyncCentrePage]], qtbot: QtBot
) -> None:
    window, page = conflict(
        "AllergyIntolerance",
        "a1",
        {"criticality": "high"},
        {"recorder": {"display": "陈洁"}, "note": [{"text": "皮疹"}]},
    )
    sheet = compare(page, qtbot)
    said = [label.text() for label in sheet.findChildren(QLabel)]
    assert {"Base", "This PC", "The centre"} <= set(said)
    today = written_date(window.late.clock.now().date())
    here = next(text for text in said if text.startswith("王敏 Attending doctor"))
    assert window.late.station_name in here
    assert today in here
    there = next(text for text in said if text.startswith("陈洁"))
    assert "device not stated" in there
    assert any(text.startswith("the last version both had") for text in said)
    assert sheet.both.text() == "Keep both: fixed for safety data until a clinician decides"


def test_the_centres_version_can_be_taken(
    conflict: Callable[..., tuple[Window, SyncCentrePage]], qtbot: QtBot
) -> None:
    window, page = conflict("Patient", "p1", {"gender": "female"}, {"birthDate": "1958-09-03"})
    compare(page, qtbot)
    hands = Hands()
    hands.write("the centre is right")
    hands.press(Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert page.conflicts.table.rows_model.rows(), "no version was chosen"
    hands.press(Key.Key_2, Qt.KeyboardModifier.AltModifier)
    hands.press(Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    until(qtbot, lambda: not page.conflicts.table.rows_model.rows())
    with window.late.real.store.reader() as reader:
        assert reader.get("Patient", "p1")["birthDate"] == "1958-09-03"
        assert reader.get("Patient", "p1")["gender"] == "male"


def test_safety_data_waits_for_a_clinician(
    conflict: Callable[..., tuple[Window, SyncCentrePage]], qtbot: QtBot
) -> None:
    ours, theirs = {"criticality": "high"}, {"code": {"text": "青霉素"}}
    window, page = conflict("AllergyIntolerance", "a1", ours, theirs, user="reg")
    (row,) = page.conflicts.table.rows_model.rows()
    assert (row.safety, row.may_decide) == (True, False)
    sheet = compare(page, qtbot)
    assert sheet.reason.isHidden()
    assert QApplication.focusWidget() is sheet.back
    assert row.seq in {each.seq for each in window.sync.view().rows}


def test_the_desk_travels_as_an_encrypted_copy(
    open_window: OpenWindow, joined: Path, box: MemoryBox, tmp_path: Path, qtbot: QtBot
) -> None:
    window = open_window(joined, box_of=lambda _desk: box)
    unlock(window, qtbot)
    page = sync_page(window, qtbot)
    target = tmp_path / "copy.backup"
    action = next(each for each in page.page_actions() if each.id == "sync.export")
    assert action.enabled()
    assert page.hint("sync.export") == "Ctrl+E"
    assert "Export an encrypted copy…  Ctrl+E" in {each.text() for each in page.findChildren(QPushButton)}
    page.export_to(target)
    hands = Hands()
    hands.write("short")
    hands.press(Key.Key_Return)
    hands.write("short")
    hands.press(Key.Key_Return)
    until(qtbot, lambda: page.sheet.message.text().startswith("At least 14 characters."))
    for field in page.sheet.fields:
        field.setText("a long passphrase")
    page.sheet.submit()
    until(qtbot, target.exists)
    assert "欧阳".encode() not in target.read_bytes()


def test_no_screen_waits_for_the_sync(
    open_window: OpenWindow, joined: Path, hub: RunningHub, box: MemoryBox, qtbot: QtBot
) -> None:
    told: list[tuple[str, int]] = []
    window = open_window(joined, box_of=lambda _desk: box, syncs=True)

    def note(event: Changed | SyncState) -> None:
        if isinstance(event, SyncState) or event.origin is Origin.SYNC:
            told.append((type(event).__name__, threading.get_ident()))

    window.late.bus.subscribe(Changed, note)
    window.late.bus.subscribe(SyncState, note)
    unlock(window, qtbot)
    change_at_centre(hub, "Patient/p1", birthDate="1958-09-03")
    until(qtbot, lambda: any(name == "Changed" for name, _thread in told))
    assert threading.get_ident() not in {thread for _name, thread in told}
    shell_of(window).lock()
    until(qtbot, lambda: window.late.actor is None)
    told.clear()
    change_at_centre(hub, "Patient/p1", birthDate="1958-09-04")
    until(qtbot, lambda: any(name == "Changed" for name, _thread in told))


def test_a_colleague_is_let_in_by_the_centre_and_unlocks_with_the_own_pin(
    open_window: OpenWindow, joined: Path, hub: RunningHub, box: MemoryBox, qtbot: QtBot
) -> None:
    window = open_window(joined, box_of=lambda _desk: box)
    unlock(window, qtbot)
    assert shell_of(window).ctx.actions.trigger("desk.add-user")
    hands = Hands()
    for text in ("auditor", PASSWORD, "975310", "975310"):
        hands.write(text)
        hands.press(Key.Key_Return)
    until(qtbot, lambda: "auditor" in {card.user for card in window.late.users()})
    shell_of(window).lock("switch")
    until(qtbot, lambda: window.late.actor is None)
    assert window.late.unlock("auditor", "975310").role == "auditor"
    with pytest.raises(Invalid):
        add_colleague(window.late, JoinRequest("", "nurse", PASSWORD, "1", "1"))


def test_nobody_reads_patients_in_the_sync_centre_without_the_right(
    open_window: OpenWindow, joined: Path, box: MemoryBox, qtbot: QtBot
) -> None:
    window = open_window(joined, box_of=lambda _desk: box)
    unlock(window, qtbot, "doc")
    edit(window, "Patient", "p1", gender="female")
    shell_of(window).lock("switch")
    until(qtbot, lambda: window.late.actor is None)
    unlock(window, qtbot, "admin")
    (row,) = window.sync.view().rows
    assert row.patient == ""
    assert systems.PATIENT_NUMBER not in row.act
