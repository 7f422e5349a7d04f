"""Inpatient orders while they are written, and the requests of the commands.

Amounts are decimal texts ("0.5"), moments FHIR instants, clock times `HH:MM`, so that every value survives JSON.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from workstation.chart.people import Person
from workstation.medication.model import MedicineLine, OverrideReason


class OrderTerm(StrEnum):
    """Long-term: until it is stopped (长期医嘱). Stat: once, within 24 hours (临时医嘱)."""

    LONG_TERM = "long-term"
    STAT = "stat"


@dataclass(frozen=True, slots=True)
class OrderLine(MedicineLine):
    """One order as typed: a medicine (`drug`), an item of the ward's catalogue (`item`), or words alone (`text`).

    `text` stands beside an item as its free words. `start` empty: when it is signed. `times` empty: those this site
    suggests for the frequency. `first_day` None: as many doses as the day it begins still has room for.
    """

    term: OrderTerm = OrderTerm.LONG_TERM
    item: str = ""
    text: str = ""
    start: str = ""
    times: tuple[str, ...] = ()
    first_day: int | None = None
    drip_rate: str = ""


@dataclass(frozen=True, slots=True)
class OrdersDraft:
    """Orders of one stay before they are signed: to be checked, or to be signed.

    `overrides` answers alerts by fingerprint. `emergency_reason` allows one day of an antibacterial above the
    prescriber's right; `consultation` says that an expert agreed to a special one. `signed_twice`: signed again for a
    dose above the label. `draft_kind` names the page's kept draft that signing removes; empty keeps it.
    """

    patient: str
    encounter: str
    lines: tuple[OrderLine, ...] = ()
    overrides: dict[str, OverrideReason] = field(default_factory=dict)
    emergency_reason: str = ""
    consultation: bool = False
    signed_twice: bool = False
    draft_kind: str = ""


@dataclass(frozen=True, slots=True)
class StopOrder:
    """Stop an order by its id, with the rest of its infusion group unless `alone`; `at` empty is now."""

    order: str
    reason: str
    at: str = ""
    alone: bool = False


@dataclass(frozen=True, slots=True)
class VoidOrder:
    """Take an order back that nobody has carried out, with the rest of its infusion group."""

    order: str
    reason: str


@dataclass(frozen=True, slots=True)
class AnswerReturn:
    """The doctor's answer to a nurse who sent an order back: it stands as it is, and is to be verified again."""

    order: str
    text: str


class OrderState(StrEnum):
    """How far an order has come. `RUNNING` is carried out today `done` times of `planned`."""

    SIGNED = "signed"
    RETURNED = "returned"
    VERIFIED = "verified"
    RUNNING = "running"
    STOPPING = "stopping"
    STOPPED = "stopped"
    DONE = "done"
    NOT_DONE = "not-done"
    UNUSED = "unused"
    VOID = "void"


class OrderTab(StrEnum):
    """What of a stay's orders is asked for; drafts are with their author and never in the record."""

    LONG_TERM = "long-term"
    STAT = "stat"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class OrdersOf:
    """Ask for the orders of a stay, only those in force with `only_running`."""

    encounter: str
    tab: OrderTab = OrderTab.ALL
    only_running: bool = False


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One order as it stands. Texts are in the language of the screen; `line` is the whole order with unbreakable
    attributes, `spoken` the same for the ear.

    `times` are the clock times, `first_day` empty where nobody said; `start` and `end` FHIR instants. `done` of
    `planned` doses are recorded today. `verified_*`, `stopped_*` name who and when; `returned` is the nurse's reason.
    """

    id: str
    type: str
    term: str
    kind: str
    number: str
    group: int
    state: OrderState
    name: str
    detail: str
    dose: str
    route: str
    frequency: str
    times: tuple[str, ...]
    first_day: str
    drip_rate: str
    note: str
    start: str
    end: str
    skin_test: str
    done: int
    planned: int
    running: bool
    line: str
    spoken: str
    high_alert: bool
    authored_on: str
    prescriber: str
    verified_by: str = ""
    verified_at: str = ""
    returned: str = ""
    stopped_by: str = ""
    stopped_at: str = ""
    stop_reason: str = ""
    stop_verified_by: str = ""
    drug: str = ""
    travelled: str = ""


@dataclass(frozen=True, slots=True)
class OrderList:
    """Rows, and how many there are: `running` of `total` in this tab, in each tab, and sent back by a nurse."""

    rows: tuple[OrderRow, ...]
    running: int
    total: int
    long_term: int
    stat: int
    returned: int


@dataclass(frozen=True, slots=True)
class AskSheet:
    """Ask for what the printed order sheet of a stay shows; `language` is the document's."""

    encounter: str
    term: OrderTerm = OrderTerm.LONG_TERM
    language: str = ""


@dataclass(frozen=True, slots=True)
class OrderSheetRow:
    """One line of an order sheet. Moments are FHIR instants or empty; `group` is `┌`, `│`, `└` or empty.

    `executed_*`: on the long-term sheet the nurse who took the order over, on the stat sheet who carried it out.
    `void` is printed as a red 取消 with `void_by` and `void_at`; `skin_test` is `(+)`, `(-)`, or words.
    """

    order: str
    start: str
    content: str
    group: str
    doctor: str
    executed_at: str = ""
    nurse: str = ""
    stop: str = ""
    stop_doctor: str = ""
    stop_nurse: str = ""
    void: bool = False
    void_by: str = ""
    void_at: str = ""
    skin_test: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class OrderSheet:
    """An order sheet of one stay (病历书写基本规范, article 28): head and rows in the order they were written.

    `number` is the number of the stay.
    """

    term: OrderTerm
    person: Person
    number: str
    department: str
    ward: str
    bed: str
    admitted_on: str
    rows: tuple[OrderSheetRow, ...]
    synthetic: bool = False
