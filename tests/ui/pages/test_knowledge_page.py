"""The knowledge page: every file with its source and standing, rules and drugs to read, all by keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import resources

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.accessibility import nameless, too_small
from ui.app.pages import page_specs
from ui.compose import compose
from ui.pages.knowledge import KnowledgePage
from ui.pages.knowledge_parts.entries import entries_of
from ui.pages.knowledge_parts.words import headline, written_out
from ui.shell import Shell
from ui.shell_parts.specs import WindowSpec
from ui.widgets.banner import BannerData
from workstation.core.i18n import set_language
from workstation.core.settings import LANGUAGE
from workstation.desk import Desk
from workstation.terminology.doses import plain
from workstation.terminology.knowledge import load

PIN = "246810"
KNOWLEDGE = load()
BANNED = re.compile(
    r"(?<![A-Za-z])(U|IU|QD|qd|bid|tid|q\d+h|MS|cc|x\d+d)(?![A-Za-z])|[μµ]g|[<>]|(?<![A-Z]\d)\d\.0(?!\d)"
)


@pytest.fixture
def open_page(
    app: QApplication, make_desk: Callable[..., Desk], qtbot: QtBot
) -> Iterator[Callable[..., tuple[Shell, KnowledgePage]]]:
    """Open the page in a window: `open_page("pharm", manifest="...", language="zh_CN")`."""
    made: list[Shell] = []

    def make(user: str = "pharm", language: str = "en", **files: str) -> tuple[Shell, KnowledgePage]:
        desk = make_desk(user)
        for name, text in files.items():
            folder = desk.folder / "knowledge"
            folder.mkdir(exist_ok=True)
            (folder / f"{name}.toml").write_text(text, "utf-8")
        desk.set_setting(LANGUAGE, language)
        desk.lock()
        pages = tuple(spec for spec in page_specs(None) if spec.id in ("knowledge", "outpatient"))
        spec = WindowSpec(pages, banner=lambda _desk, p: BannerData(p.id, p.name, "女", "", "", "1"))
        shell, _tasks = compose(app, desk, desk.clock, spec, inline=True)
        made.append(shell)
        shell.resize(1366, 768)
        with qtbot.waitActive(shell):
            shell.show()
            shell.activateWindow()
        shell.lock_screen.unlock_requested.emit(user, PIN)
        shell.frame.status._knowledge.click()
        page = shell.frame.front_page()
        assert isinstance(page, KnowledgePage)
        page.focus_region(1)
        return shell, page

    yield make
    for shell in made:
        shell.close()
        shell.deleteLater()
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def facts(page: KnowledgePage) -> str:
    return plain(page.detail.accessibleDescription())


def type_keys(text: str, *keys: Qt.Key) -> None:
    for letter in text:
        QTest.keyClick(QApplication.focusWidget(), letter)
    for key in keys:
        QTest.keyClick(QApplication.focusWidget(), key)


def test_the_date_in_the_status_bar_opens_every_file_of_the_manifest_with_its_standing(open_page):
    _shell, page = open_page()
    rows = page.files.table.rows_model.rows()
    assert [r.info.name for r in rows] == list(KNOWLEDGE.manifest)
    counted = {r.info.name: r.count for r in rows}
    assert (counted["drugs.csv"], counted["surnames.toml"], counted["roles.toml"]) == (195, 173, 11)
    assert counted["prescription_sets.toml"] == len(KNOWLEDGE.prescription_sets)
    assert {r.standing.text for r in rows} == {"needs local confirmation"}
    assert {r.standing.state for r in rows} == {"caution"}
    assert page.headline.text().startswith(f"None of the {len(rows)} knowledge files is confirmed")


def test_a_rule_shows_what_it_says_its_basis_its_evidence_and_that_it_runs(open_page):
    _shell, page = open_page()
    page.files.table.select("rules.csv")
    page.focus_region(2)
    type_keys("legal-11", Qt.Key.Key_Return)
    assert page.entries.table.current().id == "LEGAL-11"
    shown = facts(page)
    assert "Tier: Stop" in shown
    assert "is above the maximum of …" in shown
    assert "Basis: Prescription Measures" in shown
    assert "Runs: checked at every prescription" in shown
    assert "second signature" in shown


def test_a_drug_is_found_by_initials_and_shows_doses_limits_and_source(open_page):
    _shell, page = open_page()
    type_keys("", Qt.Key.Key_Return)
    assert QApplication.focusWidget() is page.search
    type_keys("amxl", Qt.Key.Key_Down)
    assert page.entries.table.hasFocus()
    assert page.entries.table.current().id == "D001"
    shown = facts(page)
    assert "DOSE 0.5 g — by mouth — three times a day — for 3 days" in shown
    assert "Most for adults: 4 g a day" in shown
    assert "Most for children: 90 mg for each kg a day" in shown
    assert "Source: Seed catalogue" in shown
    type_keys("", Qt.Key.Key_Return)
    assert page.detail.hasFocus()
    type_keys("", Qt.Key.Key_Escape)
    assert page.entries.table.hasFocus()
    type_keys("", Qt.Key.Key_Escape)
    assert page.files.table.hasFocus()


def test_a_search_that_finds_nothing_says_so_and_esc_empties_it(open_page):
    _shell, page = open_page()
    page.focus_region(2)
    type_keys("zzzz")
    assert page.entries.table.rows_model.rows() == []
    assert facts(page) == "Nothing found"
    type_keys("", Qt.Key.Key_Escape)
    assert len(page.entries.table.rows_model.rows()) == 195


def test_a_file_without_a_list_of_its_own_says_where_its_entries_are_seen(open_page):
    _shell, page = open_page()
    page.files.table.select("units.toml")
    assert not page.search.isVisible()
    assert "Its entries are seen where they are used." in page.about.text()


def test_a_file_this_hospital_confirmed_is_shown_as_confirmed_and_counted(open_page):
    shipped = (resources.files("resources") / "knowledge" / "manifest.toml").read_text("utf-8")
    confirmed = shipped.replace("confirmed = false", "confirmed = true", 1)
    _shell, page = open_page(manifest=confirmed)
    rows = {r.info.name: r for r in page.files.table.rows_model.rows()}
    assert rows["drugs.csv"].standing.text == "confirmed by this hospital"
    assert rows["rules.csv"].standing.text == "needs local confirmation"
    assert page.headline.text().startswith(f"{len(rows) - 1} of {len(rows)} knowledge files still need")


def test_a_broken_file_of_the_site_is_named_and_the_others_are_still_shown(open_page):
    _shell, page = open_page(units="not toml =")
    rows = {r.info.name: r for r in page.files.table.rows_model.rows()}
    assert (rows["units.toml"].standing.state, rows["units.toml"].count) == ("stop", None)
    assert rows["routes.toml"].count == 28
    page.files.table.select("units.toml")
    assert "units.toml cannot be read" in page.about.text()


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_every_control_has_a_name_and_room_to_hit(open_page, language):
    _shell, page = open_page(language=language)
    assert nameless(page) == []
    assert too_small(page) == []


def test_who_may_not_read_the_knowledge_base_has_no_place_for_it(open_page, make_desk):
    specs = {spec.id: spec for spec in page_specs(None)}
    roles = {user: make_desk(user, f"desk-{user}").actor for user in ("pharm", "doc", "admin", "reg")}
    opened = {user: specs["knowledge"].open_to(actor) for user, actor in roles.items()}
    assert opened == {"pharm": True, "doc": True, "admin": True, "reg": False}


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("name", ["drugs.csv", "rules.csv", "interactions.csv", "prescription_sets.toml"])
def test_no_entry_shows_a_banned_abbreviation_or_an_empty_fact(name, language):
    set_language(language)
    entries = entries_of(KNOWLEDGE, name).entries
    assert len(entries) == KNOWLEDGE.count(name)
    for entry in entries:
        for fact in entry.facts:
            text = plain(fact.text)
            assert fact.label, entry.id
            assert text.strip(), (entry.id, fact.label)
            assert not BANNED.search(text), text


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("CrCl<30延长间隔", "CrCl 低于 30 延长间隔"),
        ("10mg/kg qd x3d(<=0.5g)", "10 mg/kg 每日 1 次 共 3 天(不超过 0.5 g)"),
        ("静滴5-20万U/kg/d", "静滴 5-20 万单位/kg/d"),
        ("LIVER;酗酒", "肝毒性；酗酒"),
    ],
)
def test_the_catalogues_shorthand_is_written_out(short, long):
    assert written_out(short, KNOWLEDGE) == long


def test_the_sentence_on_top_follows_how_many_files_are_confirmed():
    files = [replace(info, confirmed=True) for info in KNOWLEDGE.manifest.values()]
    assert headline(files).startswith("All ")
    assert headline([replace(files[0], confirmed=False), *files[1:]]).startswith("1 of ")
