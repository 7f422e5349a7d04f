"""Discharging: the checklist first. What must be settled blocks the button and says so beside it."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtWidgets import QFrame, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from ui.context import Context
from ui.pages.outpatient_parts.rich_lines import RichLine
from ui.pages.ward_parts.stay_sheet import StaySheet
from ui.pages.ward_parts.transfer_sheet import Subject
from ui.theme import theme
from ui.widgets.fields import DateEdit, read_time
from ui.widgets.labels import label
from ui.widgets.table_model import Badge, Run
from ui.widgets.walking import Radios
from workstation.core.clock import instant
from workstation.core.i18n import _
from workstation.inpatient.checklist import name, what_to_do
from workstation.inpatient.model import AskStay, Discharge, Disposition, Item, PassedItem
from workstation.inpatient.rows import CheckItem, Checklist
from workstation.security.permissions import Permission

LINES = 4
LIST_HEIGHT = 260


class DischargeSheet(StaySheet):
    """Use: connect `accepted`, which gives a `Discharge`."""

    def __init__(self, ctx: Context, subject: Subject) -> None:
        title = _("Discharge {name}", name=subject.name)
        super().__init__(ctx, title, _("Now: {place}", place=subject.place()), title)
        self.subject, self.list = subject, Checklist()
        self.reasons: dict[Item, QLineEdit] = {}
        self.how = Radios(_("Goes"), [(each.value, disposition_text(each)) for each in self._offered()])
        self.how.set_value(Disposition.HOME.value)
        self.day = DateEdit(_("Date of discharge"), lambda: ctx.clock.now().date(), past=True)
        self.time = QLineEdit(ctx.clock.now().strftime("%H:%M"))
        self.day.set_value(ctx.clock.now().date())
        self.form.field(_("Goes"), self.how)
        self.form.field(_("Date of discharge"), self.day)
        self.form.field(_("Time (24 h)"), self.time)
        self._checks = QWidget()
        self._rows = QVBoxLayout(self._checks)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(theme().px(4))
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setWidget(self._checks)
        self._area.viewport().setAutoFillBackground(False)
        self._checks.setAutoFillBackground(False)
        self.card.rows.insertWidget(3, self._area, 1)
        self._walk()
        self.ok.setEnabled(False)
        self._ask()

    def _offered(self) -> list[Disposition]:
        """A death is recorded by a doctor."""
        actor = self.ctx.desk.actor
        doctor = actor is not None and actor.may(Permission.ORDER_SIGN)
        return [each for each in Disposition if doctor or each is not Disposition.DIED]

    def _walk(self) -> None:
        self.walk(*self.reasons.values(), *self.how.buttons.values(), self.day, self.time)

    def first_focus(self) -> QWidget | None:
        """Begin with the first reason that is asked for, else with the way out that is safe."""
        return next(iter(self.reasons.values()), None) or self.back

    # Checklist

    def _ask(self) -> None:
        request = AskStay(self.subject.patient, self.subject.encounter)
        self.ctx.tasks.ask(self, "inpatient.checklist", request, self.show_list, self.failed)

    def show_list(self, checklist: Checklist) -> None:
        """Show what is open, each with what to do, or that nothing is."""
        self.list = checklist
        while (item := self._rows.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        self.reasons.clear()
        for each in checklist.items:
            self._add(each)
        if not checklist.items:
            self._rows.addWidget(RichLine((), (Badge("done", _("Nothing is open")),)))
        self._rows.addStretch(1)
        room = self.card.width() - 2 * theme().px(24)
        wanted = max(self._rows.heightForWidth(room), 0) + theme().px(8)
        self._area.setFixedHeight(min(wanted, theme().px(LIST_HEIGHT)))
        self.ok.setEnabled(not checklist.blocked)
        if checklist.blocked:
            self.refuse(self.not_yet())
        self._walk()
        first = self.first_focus()
        if self.isVisible() and first is not None:
            first.setFocus()

    def _add(self, item: CheckItem) -> None:
        blocks, asks = ("stop", _("Settle first")), ("caution", _("Needs a reason"))
        state, word = blocks if item.blocking else asks
        head = (
            Run(f"{name(item.item)} {item.count}  ", bold=True),
            Run(what_to_do(item.item), color="text2"),
        )
        self._rows.addWidget(RichLine(head, (Badge(state, word),)))
        for line in item.lines[:LINES]:
            self._rows.addWidget(RichLine((Run(f"· {line}"),)))
        if item.count > LINES:
            more = _("and {count} more", count=item.count - LINES)
            self._rows.addWidget(RichLine((Run(f"· {more}", color="text2"),)))
        if not item.blocking:
            field = QLineEdit()
            words = _("Why nobody waits: {item}", item=name(item.item))
            field.setAccessibleName(words)
            caption = label(words, "label", color="label")
            caption.setBuddy(field)
            self._rows.addWidget(caption)
            self._rows.addWidget(field)
            self.reasons[item.item] = field

    # Doing

    def not_yet(self) -> str:
        """Say why the button cannot be used."""
        return _("First settle what is marked so. Nobody is discharged before.")

    def request(self) -> Discharge | str:
        """Give the request, or what is missing."""
        if self.list.blocked:
            return self.not_yet()
        empty = next((item for item, field in self.reasons.items() if not field.text().strip()), None)
        if empty is not None:
            return _("Say why nobody waits: {item}.", item=name(empty))
        at = self._moment()
        if at is None:
            return _("Type day and time of the discharge.")
        passed = tuple(PassedItem(item, field.text().strip()) for item, field in self.reasons.items())
        return Discharge(self.subject.encounter, Disposition(self.how.value()), at, passed)

    def _moment(self) -> str | None:
        """Give the moment typed; the minute it is now counts as now."""
        day, time, now = self.day.value(), read_time(self.time.text()), self.ctx.clock.now()
        if day is None or time is None:
            return None
        at = datetime.combine(day, time, now.tzinfo)
        return "" if at == now.replace(second=0, microsecond=0) else instant(at)


def disposition_text(disposition: Disposition) -> str:
    """Say how a stay ends."""
    return {
        Disposition.HOME: _("Home"),
        Disposition.OTHER_HOSPITAL: _("Another hospital"),
        Disposition.ADVICE: _("Against advice"),
        Disposition.DIED: _("Died"),
    }[disposition]
