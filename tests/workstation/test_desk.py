"""The desk's two verbs, its lock, its drafts."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from workstation import verbs
from workstation.core.clock import FixedClock
from workstation.core.drafts import DraftKey
from workstation.core.errors import Denied, Invalid, NotFound, Unavailable
from workstation.core.events import Changed, Locked
from workstation.core.settings import DENSITY, IDLE_LOCK_MINUTES
from workstation.desk import Desk
from workstation.pharmacy.model import Queue, ReceiveStock, StockOf
from workstation.security.permissions import roles
from workstation.security.station import FileSecret
from workstation.store import trail

PIN = "246810"
NOTE = DraftKey("note", "p1", "e1")
MakeDesk = Callable[..., Desk]
LOT = ReceiveStock("D001", "2407A", "2027-08-31", "240")


def trail_of(desk: Desk) -> list[str]:
    return [entry.action for _, entry, _ in desk.store.look(lambda c: list(trail.entries(c)))]


def test_a_command_commits_is_audited_and_announced(make_desk: MakeDesk) -> None:
    desk = make_desk("pharm2")
    heard: list[Changed] = []
    desk.bus.subscribe(Changed, heard.append)
    changed = desk.do("pharmacy.receive-stock", LOT)
    assert heard == [changed]
    assert trail_of(desk)[-1] == "pharmacy.receive-stock"
    (row,) = desk.ask("pharmacy.stock", StockOf())
    assert (row.number, row.on_hand) == ("2407A", "240")


def test_a_verb_without_the_permission_is_denied_and_changes_nothing(make_desk: MakeDesk) -> None:
    desk = make_desk("doc")
    before = trail_of(desk)
    with pytest.raises(Denied, match=r"stock\.manage"):
        desk.do("pharmacy.receive-stock", LOT)
    assert trail_of(desk) == before


def test_administrators_have_no_clinical_permission() -> None:
    clinical = {"chart.read", "patient.read", "prescription.read", "note.write", "allergy.record"}
    for role in ("administrator", "auditor"):
        assert not {p.value for p in roles()[role].permissions} & clinical


def test_a_locked_desk_does_and_shows_nothing_but_keeps_its_drafts(make_desk: MakeDesk) -> None:
    desk = make_desk("doc")
    desk.save_draft(NOTE, {"text": "咳嗽 5 天"})
    heard: list[Locked] = []
    desk.bus.subscribe(Locked, heard.append)
    desk.lock("idle")
    assert heard == [Locked("王敏", "idle")]
    for act in (
        lambda: desk.do("pharmacy.receive-stock", LOT),
        lambda: desk.ask("pharmacy.queue", Queue()),
        lambda: desk.load_draft(NOTE),
    ):
        with pytest.raises(Denied, match="locked"):
            act()
    assert [(d.author, d.key) for d in desk.drafts()] == [("doc", NOTE)]
    desk.unlock("doc", PIN)
    assert desk.load_draft(NOTE).body == {"text": "咳嗽 5 天"}


def test_a_draft_is_sealed_to_its_author(make_desk: MakeDesk) -> None:
    desk = make_desk("doc")
    desk.save_draft(NOTE, {"text": "mine"})
    desk.unlock("chief", PIN)
    assert desk.load_draft(NOTE) is None
    assert desk.drafts() == []


def test_a_draft_left_by_an_earlier_run_is_marked_recovered(
    make_desk: MakeDesk, tmp_path: Path, clock: FixedClock
) -> None:
    desk = make_desk("doc")
    desk.save_draft(NOTE, {"text": "before the power cut"})
    desk.close()
    clock.advance(timedelta(minutes=1))
    again = Desk(tmp_path / "desk", station=FileSecret(tmp_path / "desk.secret"), clock=clock)
    again.unlock("doc", PIN)
    draft = again.load_draft(NOTE)
    again.close()
    assert draft is not None
    assert draft.recovered


def test_a_wrong_pin_is_counted_and_audited(make_desk: MakeDesk) -> None:
    desk = make_desk("doc")
    desk.lock()
    with pytest.raises(Denied):
        desk.unlock("doc", "000000")
    desk.unlock("doc", PIN)
    last = desk.store.look(lambda c: list(trail.entries(c)))[-1][1]
    assert (last.action, last.detail) == ("session.unlock", "after 1 wrong tries")


def test_one_folder_is_open_in_one_program_only(make_desk: MakeDesk, tmp_path: Path) -> None:
    make_desk("doc")
    with pytest.raises(Unavailable, match="open in another"):
        Desk(tmp_path / "desk", station=FileSecret(tmp_path / "desk.secret"))


def test_user_settings_follow_the_user_and_desk_settings_stay(make_desk: MakeDesk) -> None:
    desk = make_desk("doc")
    desk.set_setting(DENSITY, "compact")
    desk.set_setting(IDLE_LOCK_MINUTES, 10)
    desk.unlock("nurse", PIN)
    assert desk.setting(DENSITY) == "automatic"
    assert desk.setting(IDLE_LOCK_MINUTES) == 10


def test_every_verb_has_a_schema_a_help_text_and_a_known_permission() -> None:
    for kind in verbs.Kind:
        for verb in verbs.all_verbs(kind):
            described = verb.schema()
            assert described["help"]
            assert described["input"]


def test_json_that_does_not_fit_a_verb_is_refused_by_name() -> None:
    verb = verbs.find(verbs.Kind.DO, "pharmacy.receive-stock")
    with pytest.raises(Invalid, match="drug"):
        verb.read(b'{"lot": "x"}')
    with pytest.raises(Invalid):
        verb.read(b"{not json")


def test_an_unknown_verb_is_named() -> None:
    with pytest.raises(NotFound, match=r"pharmacy\.steal"):
        verbs.find(verbs.Kind.DO, "pharmacy.steal")


def test_importing_the_core_starts_neither_screen_nor_socket() -> None:
    code = "import sys, workstation.desk; print([m for m in sys.modules if m.split('.')[0] in {'PySide6','httpx'}])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"
