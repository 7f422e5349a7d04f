"""What can be done on the ward board, as actions; the keys stand in resources/keymap.toml under [page.ward]."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ui.actions import Action
from ui.pages.ward_parts.transfer_sheet import Subject
from ui.widgets.chips import KeyHint
from ui.widgets.flow import FlowRow
from workstation.core.i18n import _
from workstation.security.permissions import Permission

if TYPE_CHECKING:
    from ui.pages.ward import WardPage


def actions_of(page: WardPage) -> list[Action]:
    """Give the actions of the ward board."""
    manage, size = Permission.STAY_MANAGE, page.set_size
    taken = partial(_taken, page)
    act = partial(_about, page)
    return [
        Action("stay.admit", "Admit a patient", page.admit, manage, icon="user-plus"),
        Action(
            "stay.transfer", "Transfer", partial(act, page.acts.transfer), manage, taken, icon="bed-double"
        ),
        Action(
            "stay.assign", "Who is in charge", partial(act, page.acts.assign), manage, taken, icon="users"
        ),
        Action(
            "stay.discharge", "Discharge", partial(act, page.acts.discharge), manage, taken, icon="log-out"
        ),
        Action(
            "stay.wristband",
            "Wristband",
            partial(act, lambda subject: page.acts.wristband(subject.encounter)),
            Permission.DOCUMENT_PRINT,
            taken,
            icon="printer",
        ),
        Action("ward.table", "Cards or table", page.turn, icon="layout-dashboard"),
        Action("list.refresh", "Refresh", page.renew, icon="refresh-cw"),
        Action("ward.small", "Small cards", partial(size, "small"), hint=False),
        Action("ward.medium", "Medium cards", partial(size, "medium"), hint=False),
        Action("ward.large", "Large cards", partial(size, "large"), hint=False),
    ]


def key_line(page: WardPage) -> FlowRow:
    """Give the keys that act on the bed in focus, for those who may use them."""
    line, actor = FlowRow(), page.ctx.desk.actor
    manages = actor is not None and actor.may(Permission.STAY_MANAGE)
    line.add(KeyHint("Enter", _("Open chart")))
    line.add(KeyHint(_("Space"), _("Peek")))
    if manages:
        for action, title in (
            ("stay.transfer", _("Transfer")),
            ("stay.assign", _("Who is in charge")),
            ("stay.discharge", _("Discharge")),
        ):
            line.add(KeyHint(page.hint(action), title))
    if actor is not None and actor.may(Permission.DOCUMENT_PRINT):
        line.add(KeyHint(page.hint("stay.wristband"), _("Wristband")))
    return line


def _taken(page: WardPage) -> bool:
    return subject_of(page) is not None


def _about(page: WardPage, act: object) -> None:
    subject = subject_of(page)
    if subject is not None and callable(act):
        act(subject)


def subject_of(page: WardPage) -> Subject | None:
    """Give the stay in focus as the sheets need it, or None on an empty bed."""
    cell = page.current()
    who = cell.who if cell is not None else None
    if cell is None or who is None:
        return None
    return Subject(
        who.encounter,
        who.patient,
        who.name,
        page.view.ward,
        page.view.name,
        cell.bed.number,
        who.doctor,
        who.nurse,
    )
