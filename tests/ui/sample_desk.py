"""A small desk in memory, for tests of the kit alone: a few verbs, drafts per author, settings, news."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from ui.actions import Action
from ui.context import Context, PatientContext
from ui.desk_port import Card, DeskPort, UserCard
from ui.page import Page
from ui.shell_parts.specs import PageSpec, WindowSpec
from ui.theme import theme
from ui.widgets.alerts import AlertCard, AlertList, AlertView, NotChecked
from ui.widgets.banner import AllergyState, BannerData, Vital
from ui.widgets.banner_strip import Choice as BannerChoice
from ui.widgets.buttons import button
from ui.widgets.chips import Journey, SyncBadge, Travelled
from ui.widgets.empty_state import EmptyState
from ui.widgets.labels import label
from ui.widgets.table import Badge, Column, Run
from ui.widgets.table_pane import TablePane
from workstation.core.clock import FixedClock
from workstation.core.days import written_date
from workstation.core.drafts import Draft, DraftInfo, DraftKey
from workstation.core.errors import Denied
from workstation.core.events import Bus, Changed, Link, Locked, Origin, Ref, SyncState
from workstation.core.i18n import language, pick
from workstation.security.permissions import Actor, Permission

MORNING = datetime(2025, 4, 17, 9, 14, 22, tzinfo=timezone(timedelta(hours=8)))
PIN = "246810"
ONLINE = SyncState(Link.ONLINE, waiting=3, last_pull=MORNING - timedelta(minutes=1))
STAFF = {"1001": ("王敏", "doctor-attending"), "1002": ("陈洁", "nurse"), "1003": ("何伟", "administrator")}


@dataclass(frozen=True, slots=True)
class Waiting:
    """One row of the waiting list."""

    id: str
    number: str
    name: str
    who: str
    same_name: bool = False


WAITING = (
    Waiting("p1", "07", "欧阳建国", "男 67岁"),
    Waiting("p2", "08", "李秀英", "女 54岁"),
    Waiting("p3", "09", "张伟", "男 41岁", same_name=True),
    Waiting("p4", "10", "张玮", "女 38岁", same_name=True),
    Waiting("p5", "12", "WANG, Ming", "男 29岁"),
)


class Knowledge:
    """Only its edition."""

    version = "2025-04-01"


@dataclass
class SampleDesk:
    """See the module. `answers` maps verb names to functions of the request."""

    clock: FixedClock = field(default_factory=lambda: FixedClock(MORNING))
    bus: Bus = field(default_factory=Bus)
    actor: Actor | None = None
    knowledge: Any = field(default_factory=Knowledge)
    answers: dict[str, Callable[[Any], Any]] = field(default_factory=dict)
    kept: dict[tuple[str, DraftKey], Draft] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    state: SyncState = ONLINE
    wrong: int = 0

    def do(self, name: str, request: object) -> Changed:
        self.asked.append(name)
        if name in self.answers:
            self.answers[name](request)
        changed = Changed((Ref("Composition", "c1", "p1"),), Origin.HERE, self.clock.now(), "1001")
        self.bus.publish(changed)
        return changed

    def ask(self, name: str, request: object) -> Any:
        self.asked.append(name)
        return self.answers[name](request)

    def lock(self, reason: str) -> None:
        actor, self.actor = self.actor, None
        if actor is not None:
            self.bus.publish(Locked(actor.name, reason))

    def unlock(self, user: str, secret: str) -> Actor:
        self.verify_secret(user, secret)
        name, role = STAFF[user]
        self.actor = Actor(user, name, role)
        return self.actor

    def verify_secret(self, user: str, secret: str) -> None:
        if user not in STAFF or secret != PIN:
            self.wrong += 1
            wait = "" if self.wrong < 5 else "Wait 30 s before you try again."
            raise Denied("User number or PIN is wrong.", wait)
        self.wrong = 0

    def users(self) -> list[UserCard]:
        return [Card(user, name, role) for user, (name, role) in STAFF.items()]

    def save_draft(self, key: DraftKey, body: dict[str, Any]) -> None:
        self.kept[self._author(), key] = Draft(key, body, self.clock.now())

    def load_draft(self, key: DraftKey) -> Draft | None:
        return self.kept.get((self._author(), key))

    def drop_draft(self, key: DraftKey) -> None:
        self.kept.pop((self._author(), key), None)

    def drafts(self) -> list[DraftInfo]:
        author = self.actor.user if self.actor is not None else ""
        return [
            DraftInfo(d.key, d.saved_at, a) for (a, _k), d in self.kept.items() if not author or a == author
        ]

    def _author(self) -> str:
        if self.actor is None:
            raise Denied("This desk is locked.")
        return self.actor.user

    def sync_state(self) -> SyncState:
        return self.state

    def setting(self, setting: Any) -> Any:
        return self.values.get(setting.key, setting.default)

    def set_setting(self, setting: Any, value: Any) -> None:
        self.values[setting.key] = setting.check(value)


class WaitingList(Page):
    """The list beside the charts."""

    id = "waiting"

    def __init__(
        self, ctx: Context, patient: PatientContext | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(ctx, patient, parent)
        columns = [
            Column("number", "No.", lambda r: r.number, width=28, whole=True, find=lambda r: (r.number,)),
            Column(
                "name",
                "Name",
                lambda r: r.name,
                clinical=True,
                stretch=True,
                runs=lambda r: (Run(r.name, True), Run(f"\n{r.who}", color="text2")),
                badges=lambda r: (Badge("caution", pick("同音名", "same name")),) if r.same_name else (),
                find=lambda r: (r.name,),
            ),
        ]
        self.pane = TablePane(columns, lambda r: r.id, pick("候诊", "Waiting"), EmptyState("Nobody waits."))
        self.content.addWidget(self.pane)
        self.pane.table.opened.connect(self._open)
        self.pane.table.cells.slot_of = self._slot

    def _slot(self, row: Waiting) -> int:
        return self.ctx.opener.slot_of(row.id)

    def _open(self, row: Waiting) -> None:
        self.ctx.opener.open_chart(PatientContext(row.id, row.name))

    def set_narrow(self, narrow: bool) -> None:
        self.pane.table.show_only(*(("number",) if narrow else ()))

    def load(self) -> None:
        self.ctx.tasks.ask(self, "queue.waiting", None, self.pane.offer, latest="rows")

    def page_actions(self) -> list[Action]:
        return [Action("queue.call", pick("叫号", "Call next"), lambda: None, Permission.QUEUE_CALL)]


class NotePage(Page):
    """A note with its draft, a table and the alerts that go with it."""

    id = "note"
    icon = "file-text"
    draft_kind = "note"

    def __init__(
        self, ctx: Context, patient: PatientContext | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(ctx, patient, parent)
        self.editor = QPlainTextEdit()
        self.editor.setAccessibleName(pick("病历", "Note"))
        self.watch(self.editor)
        self.orders: list[str] = []
        self.lines = TablePane(
            line_columns(), lambda r: r[0], pick("处方", "Prescription"), EmptyState("No lines.")
        )
        self.alerts = AlertList(pick("提示", "Alerts"))
        self.alerts.set_cards(sample_alerts())
        self.distance = SyncBadge(Journey(Travelled.LOCAL))
        row = QHBoxLayout()
        row.addWidget(label(pick("签署前须处理 1 项禁忌", "1 stop alert stands in the way"), bold=True))
        row.addWidget(self.distance)
        row.addStretch(1)
        row.addWidget(button(pick("预览", "Preview"), key="Ctrl+P"))
        self.sign = button(pick("签署 欧阳建国 的处方", "Sign for 欧阳建国"), key="F12", kind="primary")
        self.sign.setEnabled(False)
        row.addWidget(self.sign)
        body = QHBoxLayout()
        left = QVBoxLayout()
        left.addWidget(self.editor, 1)
        left.addWidget(self.lines, 2)
        body.addLayout(left, 3)
        self.alerts.setMaximumWidth(theme().px(360))
        body.addWidget(self.alerts, 1)
        self.content.setSpacing(theme().px(6))
        self.content.addLayout(body, 1)
        self.content.addLayout(row)

    def title(self) -> str:
        return pick("接诊", "Visit")

    def load(self) -> None:
        self.ctx.tasks.ask(self, "note.text", self.patient, self.editor.setPlainText)
        self.lines.set_rows(LINES)

    def draft_body(self) -> dict[str, Any]:
        return {"text": self.editor.toPlainText()}

    def restore_draft(self, draft: Draft) -> None:
        self.editor.setPlainText(draft.body["text"])

    def unsigned(self) -> list[str]:
        return list(self.orders)

    def page_actions(self) -> list[Action]:
        return [
            Action("note.open", pick("病历", "Note"), self.editor.setFocus, Permission.NOTE_WRITE),
            Action("work.sign", pick("签署", "Sign"), lambda: None, Permission.NOTE_SIGN, patient_bound=True),
        ]

    def focus_region(self, number: int) -> None:
        self.editor.setFocus(Qt.FocusReason.ShortcutFocusReason)


class BoardPage(Page):
    """A page of the rail."""

    id = "board"
    icon = "list-checks"

    def __init__(
        self, ctx: Context, patient: PatientContext | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(ctx, patient, parent)
        self.loads = 0
        self.content.addWidget(EmptyState(pick("暂无结果", "No results yet."), "flask-conical"))

    def load(self) -> None:
        self.loads += 1

    def shows(self, changed: Changed) -> bool:
        return changed.touches("Composition")


LINES = (
    ("1", "0.9 % 氯化钠注射液", "100\u00a0mL", "静脉滴注", "每日\u00a03\u00a0次", "9 袋", "done", "通过"),
    (
        "2",
        "注射用阿莫西林钠克拉维酸钾",
        "1.2\u00a0g",
        "静脉滴注",
        "每日\u00a03\u00a0次",
        "9 瓶",
        "stop",
        "禁忌 1",
    ),
    (
        "3",
        "盐酸氨溴索片",
        "30\u00a0mg\u00a0×\u00a020\u00a0片",
        "口服",
        "每日\u00a03\u00a0次",
        "1 盒",
        "not_checked",
        "未检查",
    ),
)


def line_columns() -> list[Column]:
    """A prescription's columns."""
    return [
        Column("n", "No.", lambda r: r[0], width=36, right=True),
        Column(
            "drug",
            "Drug",
            lambda r: r[1],
            width=160,
            clinical=True,
            stretch=True,
            runs=lambda r: (Run(r[1], True), Run(f"  {r[2]}")),
        ),
        Column("route", "Route", lambda r: r[3], width=80, whole=True),
        Column("frequency", "Frequency", lambda r: r[4], width=80, whole=True),
        Column("total", "Total", lambda r: r[5], width=60, right=True, whole=True),
        Column("check", "Check", lambda r: r[7], width=80, state=lambda r: r[6]),
    ]


def sample_alerts() -> list[AlertCard]:
    """One card of each kind."""
    change = BannerChoice(pick("换用多西环素", "Use doxycycline"), lambda: None, "Alt+A", primary=True)
    keep = BannerChoice(pick("坚持并填理由…", "Keep, with a reason…"), lambda: None)
    return [
        AlertCard(
            AlertView(
                1,
                pick("青霉素类过敏", "penicillin allergy"),
                pick(
                    "过敏性休克 2019（王敏 记录于 2019-06-02）",
                    "anaphylaxis 2019, recorded by 王敏 02-Jun-2019",
                ),
                pick("行 2", "line 2"),
                "A-01 · 2025-04-01",
            ),
            (change, keep),
        ),
        AlertCard(
            AlertView(
                2,
                pick("肾功能", "kidney function"),
                "eGFR 48 mL/min 2025-04-10",
                pick("行 1", "line 1"),
                "K-03 · 2025-04-01",
            )
        ),
        NotChecked(
            pick("妊娠", "pregnancy"),
            pick("本机知识库不含此项。", "The knowledge base of this PC does not cover it."),
        ),
    ]


def banner(_desk: DeskPort, patient: PatientContext) -> BannerData:
    """A full banner."""
    zh = language() == "zh_CN"
    return BannerData(
        patient.id,
        patient.name,
        "男" if zh else "Male",
        written_date(date(1958, 3, 9)),
        "67岁" if zh else "67 y",
        "M2025 0417 0032",
        "门诊号" if zh else "Visit no.",
        "3101••••••••0917",
        AllergyState.KNOWN,
        ("青霉素类 — 过敏性休克 (2019)" if zh else "penicillins — anaphylaxis (2019)",),
        weight_kg="62",
        weight_date=written_date(date(2025, 4, 17)),
        renal="48",
        renal_date=written_date(date(2025, 4, 10)),
        vitals=(Vital("BP", "152/94 mmHg", "warn", "高" if zh else "high"),),
        insurance="城镇职工医保" if zh else "Employee insurance",
    )


SPEC = WindowSpec(
    pages=(
        PageSpec("waiting", "Waiting", "users", WaitingList, Permission.QUEUE_READ, list_panel=True),
        PageSpec(
            "note", "Visit", "file-text", NotePage, Permission.NOTE_WRITE, bound=True, action="visit.open"
        ),
        PageSpec("history", "History", "history", BoardPage, Permission.CHART_READ, bound=True),
        PageSpec("board", "Results", "flask-conical", BoardPage, action="results.open"),
        PageSpec("pharmacy", "Pharmacy", "pill", BoardPage),
    ),
    banner=banner,
)


def sample_desk() -> SampleDesk:
    """A desk with its verbs answered."""
    desk = SampleDesk()
    desk.answers = {
        "queue.waiting": lambda _request: WAITING,
        "note.text": lambda patient: f"{patient.name}: 咳嗽、咳黄痰 5 天。",
    }
    desk.values = {"site-name": "青囊示范医院", "room": "内科二诊室"}
    return desk
