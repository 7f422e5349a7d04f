"""What nurses' screens and labels ask. Importing this file registers the queries."""

from __future__ import annotations

from datetime import datetime

from workstation.nursing import chart, labels, model, rows, scanning, verifying
from workstation.nursing import tasks as due
from workstation.security.permissions import Permission
from workstation.store.reader import Reader
from workstation.terminology.knowledge import Knowledge
from workstation.verbs import query


@query(
    "nursing.to-verify", permission=Permission.ORDER_READ, help="New orders and stops a nurse has to look at"
)
def to_verify(
    reader: Reader, request: model.ToVerify, *, knowledge: Knowledge, now: datetime
) -> rows.VerifyView:
    """Give a ward's or a stay's lines to verify, each with what it differs from, beside all that runs."""
    return verifying.to_verify(reader, request, knowledge, now)


@query("nursing.tasks", permission=Permission.ORDER_READ, help="What is due on a ward: overdue, now, later")
def tasks(reader: Reader, request: model.AskTasks, *, knowledge: Knowledge, now: datetime) -> rows.TasksView:
    """Give planned doses, other orders and running infusions in order of time."""
    return due.tasks(reader, request, knowledge, now)


@query(
    "nursing.administration",
    permission=Permission.ORDER_READ,
    help="The administration chart of one stay",
    audited=True,
)
def administration(
    reader: Reader, request: model.AskAdministration, *, knowledge: Knowledge, now: datetime
) -> rows.MarView:
    """Give every current medicine with what is planned and what was recorded. Raises NotFound, Invalid."""
    return chart.administration(reader, request, knowledge, now)


@query("nursing.scan", permission=Permission.ORDER_READ, help="Say what a code scanned on a ward is")
def scan(reader: Reader, request: model.Scan, *, knowledge: Knowledge, now: datetime) -> rows.Scanned:
    """Tell a wristband, a label, a pack and a specimen apart."""
    return scanning.scan(reader, request, knowledge, now)


@query(
    "nursing.five-rights",
    permission=Permission.ORDER_READ,
    help="Patient, drug, dose, route and time of one dose against what was scanned",
)
def five_rights(
    reader: Reader, request: model.FiveRights, *, knowledge: Knowledge, now: datetime
) -> rows.RightsView:
    """Compare a label, a pack or a chosen dose with the open chart. Raises NotFound, Invalid."""
    return scanning.five_rights(reader, request, knowledge, now)


@query("nursing.labels-due", permission=Permission.ORDER_READ, help="Infusion labels to print for a ward")
def labels_due(
    reader: Reader, request: model.LabelsDue, *, knowledge: Knowledge, now: datetime
) -> tuple[rows.InfusionLabel, ...]:
    """Give the labels of a stretch of time, by bed and time."""
    return labels.labels_due(reader, request, knowledge, now)


@query("nursing.reasons", permission=Permission.ORDER_READ, help="Reasons a nurse can give, by their group")
def reasons(
    reader: Reader,
    request: model.AskReasons,
    *,
    knowledge: Knowledge,
) -> tuple[rows.ReasonRow, ...]:
    """Give the reasons of a group, those of the short list first."""
    found = knowledge.nursing.group(request.group)
    return tuple(rows.ReasonRow(r.code, r.name, r.initials, r.rank, r.words) for r in found)
