"""Signed orders as rows: what was ordered, how far it has come as glyph and word, and whose work that was."""

from __future__ import annotations

from typing import Final

from ui.pages.line_editor.cells import Cell, SignedRow
from ui.pages.orders_parts.words import moment_text, times_text
from ui.widgets.table_model import Run
from workstation.core.i18n import _
from workstation.orders.model import OrderRow, OrderState
from workstation.terminology import doses

RUNGS: Final = {
    OrderState.SIGNED: "note",
    OrderState.RETURNED: "warn",
    OrderState.VERIFIED: "note",
    OrderState.RUNNING: "done",
    OrderState.STOPPING: "caution",
    OrderState.DONE: "done",
    OrderState.NOT_DONE: "warn",
}


def signed_row(row: OrderRow) -> SignedRow:
    """Make the row of one order."""
    state = state_text(row)
    remarks = [part for part in (row.detail, f"· {row.note}" if row.note else "") if part]
    runs = (Run(doses.keep(row.name), bold=True), *(Run(f"  {part}", color="text2") for part in remarks))
    return SignedRow(
        key=row.id,
        runs=runs,
        texts={
            Cell.START: moment_text(row.start),
            Cell.DRUG: "".join(run.text for run in runs),
            Cell.DOSE: row.dose,
            Cell.ROUTE: doses.keep(row.route),
            Cell.FREQUENCY: doses.keep(row.frequency),
            Cell.TIMES: times_text(row.times),
            Cell.FIRST_DAY: row.first_day,
            Cell.RATE: doses.keep(row.drip_rate),
            Cell.SKIN_TEST: row.skin_test or "—",
            Cell.STATE: state,
            Cell.PEOPLE: people_text(row),
        },
        spoken=", ".join(part for part in (row.spoken, people_text(row)) if part),
        group=(row.number, row.group) if row.group else None,
        states={Cell.STATE: RUNGS[row.state]} if row.state in RUNGS else {},
        struck=row.state is OrderState.VOID,
        data=row,
    )


def state_text(row: OrderRow) -> str:
    """Say how far an order has come; what is over carries a glyph of its own instead of a chip's."""
    end = moment_text(row.end)
    words = {
        OrderState.SIGNED: lambda: _("Signed"),
        OrderState.RETURNED: lambda: _("Sent back by the nurse"),
        OrderState.VERIFIED: lambda: _("Verified"),
        OrderState.RUNNING: lambda: _running(row),
        OrderState.STOPPING: lambda: _("Stops {moment}", moment=end),
        OrderState.STOPPED: lambda: f"■ {_('Stopped {moment}', moment=end)}",
        OrderState.DONE: lambda: _("Carried out"),
        OrderState.NOT_DONE: lambda: _("Not carried out"),
        OrderState.UNUSED: lambda: f"□ {_('Not used')}",
        OrderState.VOID: lambda: f"× {_('Voided')}",
    }
    return words[row.state]()


def _running(row: OrderRow) -> str:
    if not row.planned:
        return _("Running")
    return _("Running {done}/{planned}", done=row.done, planned=row.planned)


def people_text(row: OrderRow) -> str:
    """Name who ordered and who verified; behind them who stopped."""
    names = doses.keep("/".join(name for name in (row.prescriber, row.verified_by) if name))
    if not row.stopped_by:
        return names
    return _("{names}, stopped {who}", names=names, who=doses.keep(row.stopped_by))


def story(row: OrderRow) -> str:
    """Tell whose work an order was and when, for the line under the table."""
    parts = [_("Ordered {who} {when}", who=row.prescriber, when=moment_text(row.authored_on))]
    if row.verified_by:
        parts.append(_("verified {who} {when}", who=row.verified_by, when=moment_text(row.verified_at)))
    if row.planned:
        parts.append(_("today {done} of {planned} carried out", done=row.done, planned=row.planned))
    if row.returned:
        parts.append(_("sent back: {reason}", reason=row.returned))
    if row.stopped_by or row.stop_reason:
        when = moment_text(row.stopped_at)
        parts.append(
            _("stopped {who} {when}: {reason}", who=row.stopped_by, when=when, reason=row.stop_reason)
        )
    if row.stop_verified_by:
        parts.append(_("stop verified {who}", who=row.stop_verified_by))
    return " · ".join(parts)
