"""Which pages there are, for whom, and where each role begins. A page's file is imported when it is first opened."""

from __future__ import annotations

from typing import Any

from ui.context import Context, PatientContext
from ui.page import Page
from ui.shell_parts.frame import CHARTS
from ui.shell_parts.specs import PageSpec, Setting
from ui.sync_port import SyncPort
from workstation.security.permissions import Permission

HOMES = {
    "doctor": CHARTS,
    "nurse": "ward",
    "pharmacy": "pharmacy",
    "registration": "registration",
    "admin": "sync",
}


def page_specs(sync: SyncPort) -> tuple[PageSpec, ...]:
    """Give every page of the window: the places of the rail, then the tabs of a chart."""
    return *_places(sync), *_tabs()


def _places(sync: SyncPort) -> tuple[PageSpec, ...]:
    may = Permission
    return (
        PageSpec("waiting", "Waiting", "users", _waiting, may.QUEUE_CALL, list_panel=True),
        PageSpec("registration", "Registration", "user-plus", _registration, may.PATIENT_REGISTER),
        PageSpec("queue", "Queue", "list-checks", _queue, may.QUEUE_READ),
        PageSpec("ward", "Ward", "bed-double", _ward, may.WARD_READ),
        PageSpec("tasks", "Tasks", "list-checks", _tasks, may.ORDER_EXECUTE, action="tasks.open"),
        PageSpec(
            "verify", "Verify orders", "clipboard-check", _verify, may.ORDER_VERIFY, action="orders.verify"
        ),
        PageSpec("vitals", "Vital signs", "activity", _vitals, may.VITALS_RECORD, action="vitals.open"),
        PageSpec("inbox", "Results", "flask-conical", _inbox, may.RESULT_READ),
        PageSpec("specimens", "Specimens", "scan-line", _specimens, may.SPECIMEN_COLLECT),
        PageSpec("pharmacy", "Pharmacy", "pill", _pharmacy, may.DISPENSE_REVIEW),
        PageSpec("knowledge", "Knowledge", "book-open", _knowledge, may.KNOWLEDGE_READ),
        PageSpec("sync", "Sync", "refresh-cw", lambda ctx, _p: _sync(ctx, sync), may.SYNC_READ),
    )


def _tabs() -> tuple[PageSpec, ...]:
    may = Permission
    visit: dict[str, Any] = {"bound": True, "setting": Setting.VISIT}
    stay: dict[str, Any] = {"bound": True, "setting": Setting.STAY}
    return (
        PageSpec("outpatient", "Visit", "stethoscope", _outpatient, may.CHART_READ, **visit),
        PageSpec("stay", "Inpatient stay", "bed-double", _stay, may.CHART_READ, **stay),
        PageSpec(
            "orders", "Orders", "clipboard-list", _orders, may.ORDER_READ, action="prescription.open", **stay
        ),
        PageSpec(
            "administration",
            "Administration",
            "pill",
            _administration,
            may.ORDER_READ,
            action="administration.open",
            **stay,
        ),
        PageSpec(
            "temperature-chart",
            "Temperature chart",
            "activity",
            _temperature_chart,
            may.CHART_READ,
            action="temperature-chart.open",
            **stay,
        ),
        PageSpec(
            "results",
            "Results",
            "flask-conical",
            _results,
            may.RESULT_READ,
            bound=True,
            action="results.open",
        ),
    )


def _waiting(ctx: Context, patient: PatientContext | None) -> Page:
    from ui.pages.queue import QueuePanel

    return QueuePanel(ctx, patient)


def _registration(ctx: Context, patient: PatientContext | None) -> Page:
    from ui.pages.registration import RegistrationPage

    return RegistrationPage(ctx, patient)


def _queue(ctx: Context, patient: PatientContext | None) -> Page:
    from ui.pages.queue import QueuePage

    return QueuePage(ctx, patient)


def _pharmacy(ctx: Context, patient: PatientContext | None) -> Page:
    from ui.pages.pharmacy import PharmacyPage

    return PharmacyPage(ctx, patient)


def _outpatient(ctx: Context, patient: PatientContext | None) -> Page:
    from ui.pages.outpatient import OutpatientPage

    return OutpatientPage(ctx, patient)


def _ward(ctx: Context, patient: PatientContext | None) -> Page:
    from ui.pages.ward import WardPage

    return WardPage(ctx, patient)


def _stay(ctx: Context, patient: PatientContext | None) -> Page:
    from ui.pages.stay import StayPage

    return StayPage(ctx, patient)


def _vitals(ctx: Context, patient: PatientContext | None) -> Page:
    from ui.pages.vitals import VitalsPage

    return VitalsPage(ctx, patient)


def _temperature_chart(ctx: Context, patient: PatientContext | None) -> Page:
    from ui.pages.temperature_chart import TemperatureChartPage

    return TemperatureChartPage(ctx, patient)


def _orders(ctx: Context, patient: PatientContext | None) -> Page:
    from ui.pages.orders import OrdersPage

    return OrdersPage(ctx, patient)


def _tasks(ctx: Context, patient: PatientContext | None) -> Page:
    from ui.pages.tasks import TasksPage

    return TasksPage(ctx, patient)


def _verify(ctx: Context, patient: PatientContext | None) -> Page:
    from ui.pages.verify import VerifyPage

    return VerifyPage(ctx, patient)


def _administration(ctx: Context, patient: PatientContext | None) -> Page:
    from ui.pages.administration import AdministrationPage

    return AdministrationPage(ctx, patient)


def _inbox(ctx: Context, patient: PatientContext | None) -> Page:
    from ui.pages.inbox import InboxPage

    return InboxPage(ctx, patient)


def _specimens(ctx: Context, patient: PatientContext | None) -> Page:
    from ui.pages.specimens import SpecimensPage

    return SpecimensPage(ctx, patient)


def _results(ctx: Context, patient: PatientContext | None) -> Page:
    from ui.pages.results import ResultsPage

    return ResultsPage(ctx, patient)


def _knowledge(ctx: Context, patient: PatientContext | None) -> Page:
    from ui.pages.knowledge import KnowledgePage

    return KnowledgePage(ctx, patient)


def _sync(ctx: Context, sync: SyncPort) -> Page:
    from ui.pages.sync_centre import SyncCentrePage

    return SyncCentrePage(ctx, sync)
