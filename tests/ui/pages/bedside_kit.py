"""A ward with patients, and a window with the vital signs page and the temperature chart, for tests and for looking."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from PySide6.QtWidgets import QApplication

from tests.plugins.ward import patient, place, stay
from tests.workstation.vitals.bedside import CHINA, PIN, furnish, put
from ui.compose import compose
from ui.context import PatientContext
from ui.pages.temperature_chart import TemperatureChartPage
from ui.pages.vitals import VitalsPage
from ui.shell import Shell
from ui.shell_parts.specs import PageSpec, Setting, WindowSpec
from ui.theme import theme
from ui.widgets.banner import BannerData
from workstation.chart.temperature import Site
from workstation.core.clock import FixedClock, instant
from workstation.core.i18n import set_language
from workstation.core.settings import LANGUAGE, SCALE, SITE_NAME, THEME
from workstation.desk import Desk
from workstation.security.permissions import Permission
from workstation.vitals.model import AddEvent, NotMeasured, RecordCooling, RecordRound

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧"
GIVEN = ("建国", "秀英", "伟", "芳", "娜", "敏", "静", "丽华", "志强", "磊", "洋", "艳", "勇", "军", "杰")
SPEC = WindowSpec(
    pages=(
        PageSpec(
            "vitals", "Vital signs", "activity", VitalsPage, Permission.VITALS_RECORD, action="vitals.open"
        ),
        PageSpec(
            "temperature-chart",
            "Temperature chart",
            "activity",
            TemperatureChartPage,
            Permission.CHART_READ,
            bound=True,
            action="temperature-chart.open",
            setting=Setting.STAY,
        ),
    ),
    banner=lambda _desk, p: BannerData(p.id, p.name, "男", "1958-03-09", "68岁", "M1"),
)


def window(
    desk: Desk, app: QApplication, user: str = "nurse", language: str = "en", page: str = "vitals"
) -> Shell:
    """Open the window, everything running inline."""
    desk.unlock(user, PIN)
    desk.set_setting(LANGUAGE, language)
    desk.set_setting(SITE_NAME, "青囊示范医院")
    desk.set_setting(THEME, theme().mode)
    desk.set_setting(SCALE, theme().scale)
    set_language(language)
    shell, _tasks = compose(app, desk, desk.clock, SPEC, inline=True)
    shell.resize(1366, 768)
    shell.show()
    shell.activateWindow()
    shell._unlock(user, PIN)
    if page:
        shell.open_page(page)
    return shell


def open_chart(shell: Shell, number: int = 1, name: str = "欧阳建国") -> TemperatureChartPage:
    """Open a patient's temperature chart."""
    shell.open_chart(PatientContext(f"p{number}", name, f"s{number}", stay=True), "temperature-chart")
    assert shell.frame is not None
    found = shell.frame.workspace.front_page()
    assert isinstance(found, TemperatureChartPage)
    return found


def full_ward(desk: Desk, count: int = 40) -> None:
    """Fill the ward with patients beyond the three of the tests."""
    dice = random.Random(4)  # noqa: S311
    records: list[Any] = []
    for n in range(4, count + 1):
        name = dice.choice(SURNAMES) + dice.choice(GIVEN)
        since = datetime(2026, 3, dice.randint(8, 16), dice.randint(8, 16), tzinfo=CHINA)
        birth = f"{dice.randint(1940, 2001)}-0{dice.randint(1, 9)}-1{dice.randint(0, 9)}"
        bed = f"b{n + 10}"
        records += [
            place(bed, str(n + 10), part_of="w1"),
            patient(f"p{n}", name, f"M{n}", dice.choice(("male", "female")), birth),
            stay(f"s{n}", f"p{n}", f"ZY2603{since.day:02}AAA{n:03}", bed, since),
        ]
    put(desk, *records)


def measured(desk: Desk, clock: FixedClock, patients: int = 40) -> None:
    """Measure everybody this morning and yesterday."""
    dice = random.Random(5)  # noqa: S311
    now = clock.now()
    for n in range(2, patients + 1):
        for back in (timedelta(hours=19), timedelta(hours=3)):
            desk.do(
                "vitals.record-round",
                RecordRound(
                    f"p{n}",
                    f"s{n}",
                    instant(now - back),
                    temperature=Decimal(str(round(dice.gauss(36.9, 0.6), 1))),
                    pulse=Decimal(dice.randint(60, 110)),
                    respiration=Decimal(dice.randint(14, 24)),
                    systolic=Decimal(dice.randint(98, 165)),
                    diastolic=Decimal(dice.randint(55, 95)),
                    spo2=Decimal(dice.randint(93, 99)),
                ),
            )


def at(day: int, hour: int, minute: int = 0) -> str:
    """Give a moment of the story, days counted from the admission."""
    return instant(datetime(2026, 3, 15 + day, hour, minute, tzinfo=CHINA))


def take(desk: Desk, day: int, hour: int, **signs: Any) -> str:
    """Measure; numbers are given as text."""
    words = ("stool", "urine", "site")
    given = {k: Decimal(v) if isinstance(v, str) and k not in words else v for k, v in signs.items()}
    changed = desk.do("vitals.record-round", RecordRound("p1", "s1", at(day, hour), **given))
    assert changed.primary is not None
    return changed.primary.id


def story(desk: Desk, clock: FixedClock) -> None:
    """Ten days of one patient with everything the chart has a sign for."""
    clock.advance(datetime(2026, 3, 24, 15, 20, tzinfo=CHINA) - clock.now())
    first: dict[str, Any] = {
        "temperature": "39.2", "pulse": "112", "respiration": "24", "systolic": "142", "diastolic": "86",
        "weight": "62.5", "height": "170", "pain": "3",
    }  # fmt: skip
    hot = take(desk, 0, 11, **first)
    desk.do("vitals.record-cooling", RecordCooling("p1", "s1", hot, Decimal("38.1"), at(0, 11, 30)))
    dice = random.Random(7)  # noqa: S311
    for day in range(9):
        for hour in (2, 6, 10, 14, 18, 22):
            skipped = (day, hour) < (0, 14) or (day, hour) in ((4, 14), (5, 18)) or (day > 5 and hour != 14)
            if not skipped:
                take(desk, day, hour, **_signs(day, hour, dice))
    desk.do("vitals.not-measured", NotMeasured("p1", "s1", "out", at=at(4, 14)))
    desk.do("vitals.not-measured", NotMeasured("p1", "s1", "refused", at=at(5, 18)))
    desk.do("vitals.add-event", AddEvent("p1", "s1", "surgery", at(1, 9)))
    desk.do("vitals.add-event", AddEvent("p1", "s1", "surgery", at(6, 9)))


def _signs(day: int, hour: int, dice: random.Random) -> dict[str, Any]:
    """Give the signs of one column: a fever that goes, a pulse that falls short on the third day."""
    high = max(36.6, 39.1 - day * 0.5 + dice.gauss(0, 0.25))
    rate = round(76 + (high - 36.6) * 14 + dice.gauss(0, 4))
    found: dict[str, Any] = {"pulse": str(rate), "respiration": str(18 + (hour % 5))}
    found["site"] = Site.ORAL if day == 1 else Site.RECTAL if day == 2 else Site.AXILLARY
    found["temperature"] = "34.5" if (day, hour) == (3, 6) else f"{high:.1f}"
    if day == 2 and hour in (10, 14, 18):
        found["heart_rate"] = str(rate + 22)
    if hour == 6:
        found |= {"systolic": "132", "diastolic": "80", "intake": "2100", "output": "1850", "urine": "1500/C"}
    if hour == 14:
        stools = ("1", "0", "1/E", "3/2E", "1 2/E", "1", "2", "1", "1")
        found |= {"stool": stools[day], "systolic": "126", "diastolic": "78"}
    return found


__all__ = ["furnish"]
