"""A ward's morning with orders, tubes and reports of a foreign laboratory, and windows on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.workstation.laboratory.bench import RECORD, Bench, based_on, person, ranged, value
from ui.app.banner import banner
from ui.app.laboratory import CriticalWatch, laboratory_actions
from ui.app.pages import page_specs
from ui.compose import compose
from ui.context import PatientContext
from ui.shell import Shell
from ui.shell_parts.specs import WindowSpec
from ui.theme import theme
from workstation.core.clock import FixedClock, instant
from workstation.core.i18n import set_language
from workstation.core.settings import LANGUAGE, ROOM, SCALE, SITE_NAME, THEME
from workstation.desk import Desk
from workstation.fhir import systems

PIN = "246810"
ABOUT = PatientContext("p1", "欧阳建国", "s1", stay=True)
OUT = PatientContext("p3", "张伟", "e3")
Key = Qt.Key


def bench_on(desk: Desk, clock: FixedClock) -> Bench:
    """The people of the bench on this desk."""
    made = Bench(desk, clock)
    made.as_("doc")
    made.put(*RECORD)
    return made


def history(made: Bench) -> None:
    """Reports of the last days: kidneys, salts, a blood count, one corrected, one by the catalogue's range."""
    start = made.clock.now()
    for days, potassium, creatinine in ((9, 4.4, 96), (6, 4.9, 118), (3, 5.4, 142), (1, 5.9, 171)):
        made.clock.advance(start - timedelta(days=days) - made.clock.now())
        made.report(
            value("2823-3", potassium, "mmol/L", **ranged(3.5, 5.3)),
            value("2951-2", 139, "mmol/L", **ranged(137, 147)),
            value("2075-0", 104, "mmol/L", **ranged(99, 110)),
            value("22664-7", round(creatinine / 14, 1), "mmol/L", **ranged(3.1, 8.0)),
            value("14682-9", creatinine, "umol/L", **ranged(57, 97)),
            code={"text": "肾功能 + 电解质"},
            performer=[{"display": "示范区临床检验中心"}],
        )
        made.read(f"rep{made.made}")
    made.clock.advance(start - made.clock.now())


def morning(made: Bench) -> Bench:
    """The morning: a critical potassium, unread reports, tubes in every state."""
    history(made)
    made.put(person("p4", "李秀英", "female", "1990-11-05"))
    salts, blood = made.taken("LYTES", "CBC")
    made.later(minutes=50)
    lab = {"performer": [{"display": "示范区临床检验中心"}]}
    made.report(
        value("2823-3", 6.8, "mmol/L", "HH", **ranged(3.5, 5.3)),
        value("2951-2", 136, "mmol/L", "L", **ranged(137, 147)),
        value("2075-0", 105, "mmol/L", "N", **ranged(99, 110)),
        value("2000-8", 2.2, "mmol/L", "N", **ranged(2.11, 2.52)),
        **based_on(salts),
        **lab,
    )
    made.report(
        value("6690-2", 11.2, "10*9/L", "H", **ranged(3.5, 9.5)),
        value("770-8", 82.4, "%", "H", **ranged(40, 75)),
        value("718-7", 98, "g/L"),
        value("777-3", 226, "10*9/L"),
        value("0-0", "可见中毒颗粒") | {"code": {"text": "白细胞形态"}},
        **based_on(blood),
        **lab,
    )
    (group,) = made.order("GROUP")
    made.label(group)
    made.order("COAG", priority="urgent")
    made.report(
        value("1742-6", 31, "U/L", "N", patient="p2", **ranged(7, 40)),
        value("1920-8", 28, "U/L", "N", patient="p2", **ranged(13, 35)),
        patient="p2",
        encounter={"reference": "Encounter/s2"},
        code={"text": "肝功能"},
        **lab,
    )
    made.order("K", "LFT", patient="p2", visit="s2", note="晨起空腹")
    made.order("CBC", "LIPID", patient="p3", visit="e3")
    return made


def window(
    desk: Desk,
    app: QApplication,
    user: str = "doc",
    language: str = "en",
    size: tuple[int, int] = (1366, 768),
) -> Shell:
    """Open the window for somebody, everything running inline, with the watch over critical values."""
    desk.unlock(user, PIN)
    for setting, wanted in (
        (LANGUAGE, language),
        (SITE_NAME, "青囊示范医院"),
        (ROOM, "内科病区"),
        (THEME, theme().mode),
    ):
        desk.set_setting(setting, wanted)
    desk.set_setting(SCALE, theme().scale)
    set_language(language)
    watch: list[CriticalWatch] = []
    spec = WindowSpec(
        page_specs(None),  # type: ignore[arg-type]
        banner,
        actions=lambda ctx: [*laboratory_actions(ctx), *(a for w in watch for a in w.actions())],
        homes={"doctor": "charts", "nurse": "specimens"},
    )
    shell, _tasks = compose(app, desk, desk.clock, spec, inline=True)
    watch.append(CriticalWatch(shell))
    shell.setProperty("watch", watch[0])
    shell.resize(*size)
    shell.show()
    shell.activateWindow()
    shell._unlock(user, PIN)
    return shell


def badges(shell: Shell) -> list[str]:
    """The chips of the top bar."""
    assert shell.frame is not None
    line = shell.frame.top._badges
    widgets = [line.itemAt(n).widget() for n in range(line.count())]
    return [w.accessibleName() for w in widgets if w is not None]


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget(), key, modifier)
    QApplication.processEvents()


def write(text: str) -> None:
    QTest.keyClicks(QApplication.focusWidget(), text)
    QApplication.processEvents()


def other_desk(make_desk: Callable[..., Desk], user: str) -> Desk:
    """Another desk with the same people."""
    return make_desk(user, f"desk-{user}")


def at(clock: FixedClock) -> str:
    return instant(clock.now())


LOINC = systems.LOINC
