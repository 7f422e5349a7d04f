"""Vital signs of a ward: everybody by bed, digits and Enter, each row recorded when hands leave it."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from ui.actions import Action
from ui.context import Context, PatientContext
from ui.page import Page
from ui.pages.vitals_parts import words
from ui.pages.vitals_parts.grid import RoundGrid
from ui.pages.vitals_parts.head import RoundHead
from ui.pages.vitals_parts.keeping import Keeper
from ui.pages.vitals_parts.miss_sheet import ask_why
from ui.pages.vitals_parts.model import RoundModel
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.chips import Journey, StatusChip, Travelled
from ui.widgets.empty_state import EmptyState
from ui.widgets.freeze_bar import FreezeBar
from ui.widgets.labels import label
from workstation.core.clock import parse_instant
from workstation.core.drafts import Draft
from workstation.core.errors import Invalid
from workstation.core.events import Changed
from workstation.core.i18n import _
from workstation.terminology.ward_signs import WardSigns
from workstation.vitals.model import AskRound, RoundRow, RoundView

FOLLOWED: Final = ("Observation", "Encounter", "ServiceRequest", "Procedure")
STATES: Final = {"waiting": "note", "received": "done", "failed": "stop", "conflict": "conflict"}


class VitalsPage(Page):
    """A round on a ward."""

    id = "vitals"
    icon = "activity"
    draft_kind = "vitals-round"

    def __init__(
        self, ctx: Context, patient: PatientContext | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(ctx, patient, parent)
        self._ward = ""
        self._waiting: RoundView | None = None
        self._put_back_later: dict[str, Any] = {}
        self._signs: WardSigns | None = None
        self.model = RoundModel(lambda: ctx.desk.knowledge.early_warning, self)
        self.model.state_of = self._state_of
        self.model.reason_name = self._reason_name
        self.model.edited.connect(self._edited)
        self.head = RoundHead(ctx.clock.now)
        self.head.ward_chosen.connect(self._choose_ward)
        self.head.moment_chosen.connect(self._moment_chosen)
        self.keeper = Keeper(ctx, self.model, self, self.head.at)
        self.keeper.recorded.connect(self._recorded)
        self.keeper.refused.connect(self._refused)
        self.grid = RoundGrid(self.model, self._today, _("Vital signs by bed"))
        self.grid.leaving.connect(self.keeper.record)
        self.grid.said.connect(self._say)
        self.grid.at_row.connect(self._at_row)
        self.bar = FreezeBar()
        self.bar.refresh.connect(self.renew)
        self._lay_out()

    def title(self) -> str:
        """Give the page's name."""
        return _("Vital signs")

    def _lay_out(self) -> None:
        t = theme()
        self.across = self.head.add(
            _("Enter goes down"), self.turn, self.hint("vitals.direction"), checkable=True
        )
        self.every = self.head.add(
            _("All columns"), self.show_all, self.hint("vitals.all-columns"), checkable=True
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(self.grid)
        self._stack.addWidget(EmptyState(_("Nobody lies in this ward. Admit a patient on the ward board.")))
        self.chip = StatusChip("caution", _("Type again"))
        self.message = label("", bold=True, wrap=True)
        self.who = label("", bold=True, wrap=True)
        self.due = label("", color="text2", wrap=True)
        self.record_button = button(
            _("Record typed rows"), self.record, kind="primary", key=self.hint("work.sign"), parent=self
        )
        texts = QWidget()
        texts.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        foot = QHBoxLayout()
        foot.setSpacing(t.px(8))
        lines = QVBoxLayout(texts)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(t.px(2))
        said = QHBoxLayout()
        said.addWidget(self.chip)
        said.addWidget(self.message, 1)
        for part in (self.who, self.due):
            lines.addWidget(part)
        lines.addLayout(said)
        foot.addWidget(texts, 1)
        foot.addWidget(self.record_button, 0, Qt.AlignmentFlag.AlignBottom)
        self.content.setContentsMargins(t.px(8), t.px(8), t.px(8), t.px(4))
        self.content.setSpacing(t.px(6))
        self.content.addWidget(self.head)
        self.content.addWidget(self.bar)
        self.content.addWidget(self._stack, 1)
        self.content.addLayout(foot)
        self._say("", False)

    # Asking

    def load(self) -> None:
        """Ask for the reasons and the round."""
        desk = self.ctx.desk
        self.ctx.tasks.run(
            self, lambda: (desk.knowledge.ward_signs, desk.knowledge.early_warning), self._known
        )
        self._ask(self._show)

    def refresh(self) -> None:
        """Ask again; hands in the grid are not disturbed."""
        self._ask(self._offer)

    def renew(self) -> None:
        """Show what was held back, then look whether there is more."""
        if self._waiting is not None:
            self._show(self._waiting)
        self._ask(self._show)

    def _known(self, found: tuple[WardSigns, object]) -> None:
        self._signs = found[0]

    def _ask(self, ok: Any) -> None:
        if self.head.time.invalid():
            self._say(_("“{text}” is not a time.", text=self.head.time.text()), True)
            return
        request = AskRound(self._ward, self.head.at())
        self.ctx.tasks.ask(self, "vitals.round", request, ok, self._unasked, latest="round")

    def _unasked(self, error: Exception) -> None:
        if isinstance(error, Invalid):
            self._say(error.message, True)
        else:
            self.fail(error)

    def _show(self, view: RoundView) -> None:
        self._waiting, self._ward = None, view.ward
        self.bar.hold(0)
        self.head.show_wards(view.wards, view.ward)
        self.head.show_column(view.column)
        self.model.going = {p: d for p, d in self.model.going.items() if p in self.keeper.sending}
        here = self.grid.current()
        column = self.grid.currentIndex().column()
        self.model.set_rows(view.rows)
        self._stack.setCurrentIndex(0 if view.rows else 1)
        if here is not None:
            self.grid.go(here.patient, column)
        self._at_row(self.grid.current())
        if self._put_back_later:
            rows, self._put_back_later = self._put_back_later, {}
            self._retype(rows)

    def _offer(self, view: RoundView) -> None:
        """Take news: the same patients at once, others only when no hands are in the grid."""
        same = [r.patient for r in view.rows] == [r.patient for r in self.model.rows()]
        if same or not self.grid.hands_on():
            self._show(view)
        else:
            self._waiting = view
            self.bar.hold(len({r.patient for r in view.rows} ^ {r.patient for r in self.model.rows()}))

    def shows(self, changed: Changed) -> bool:
        """Follow what is measured, ordered, and who lies where."""
        return changed.touches(*FOLLOWED)

    def on_changed(self, changed: Changed) -> None:
        """Take news without touching what is typed."""
        if self.closed or not self.shows(changed) or self.keeper.is_mine(changed):
            return
        if self.isVisible():
            self.refresh()
        else:
            self.stale = True

    def _choose_ward(self, ward: str) -> None:
        self.record()
        self._ward = ward
        self._ask(self._show)

    def _moment_chosen(self) -> None:
        self._ask(self._offer)

    def _today(self) -> date:
        at = self.head.at()
        now = self.ctx.clock.now()
        return parse_instant(at, now.tzinfo).date() if at else now.date()

    # Typing and recording

    def _edited(self) -> None:
        self.touched()
        self._at_row(self.grid.current())

    def record(self) -> None:
        """Record every row with something typed."""
        if self.grid.finish():
            for row in self.model.typed_rows():
                self.keeper.record(row)

    def _recorded(self, patient: str) -> None:
        self._settle()
        request = AskRound(self._ward, self.head.at(), patient)
        self.ctx.tasks.ask(self, "vitals.round", request, self._show_row)

    def _show_row(self, view: RoundView) -> None:
        """Show one row anew, where it stands."""
        anew = {row.patient: row for row in view.rows}
        for patient in anew.keys() - self.keeper.sending.keys():
            self.model.going.pop(patient, None)
        self.model.set_rows([anew.get(row.patient, row) for row in self.model.rows()])
        self._at_row(self.grid.current())

    def _refused(self, row: RoundRow, why: str) -> None:
        self._say(f"{_('Bed {bed}', bed=row.bed)} {row.name}: {why}", True)
        self.touched()

    def _settle(self) -> None:
        """Say that everything is recorded, or keep the draft of what is not."""
        if self.keeper.typed():
            self.touched()
        else:
            self.committed()

    def not_measured(self) -> None:
        """Ask why the signs of the patient in focus were not taken."""
        if self._signs is not None:
            ask_why(self.ctx, self.grid, self._signs)

    def turn(self) -> None:
        """Let Enter go down a column, or right along a row again."""
        self.grid.downwards = not self.grid.downwards
        self.across.setChecked(self.grid.downwards)

    def show_all(self) -> None:
        """Show every column, or only what is usual or due."""
        self.grid.all_columns = not self.grid.all_columns
        self.every.setChecked(self.grid.all_columns)
        self.grid.fit()

    def open_chart(self) -> None:
        """Open the temperature chart of the patient in focus."""
        row = self.grid.current()
        if row is not None:
            self.record()
            stay = PatientContext(row.patient, row.name, row.encounter, stay=True)
            self.ctx.opener.open_chart(stay, "temperature-chart")

    # What is said

    def _say(self, text: str, loud: bool) -> None:
        self.message.setText(text)
        self.message.setAccessibleName(text)
        self.message.setVisible(bool(text))
        self.chip.setVisible(loud and bool(text))

    def _at_row(self, row: RoundRow | None) -> None:
        self.who.setText(words.who(row) if row is not None else "")
        if row is None:
            self.due.setText("")
            return
        parts = (
            words.due_text(row),
            words.score_sentence(row, self.model.early_warning(row)),
            words.before_text(row, self.ctx.clock.now()),
        )
        self.due.setText("   ".join(part for part in parts if part))

    def _state_of(self, row: RoundRow) -> tuple[str, str]:
        draft = self.model.drafts.get(row.patient)
        if draft is not None and draft.trouble:
            return "stop", _("Not recorded")
        if draft is not None and not draft.empty:
            return "note", Journey(Travelled.LOCAL).words()
        if row.patient in self.keeper.sending:
            return "note", _("being recorded")
        if row.patient in self.model.going:
            return "note", Journey(Travelled.WAITING).words()
        if row.due:
            return "caution", _("due")
        if row.taken and row.travelled.state in STATES:
            at = parse_instant(row.travelled.at) if row.travelled.at else None
            local = at.astimezone(self.ctx.clock.now().tzinfo) if at is not None else None
            return STATES[row.travelled.state], Journey(Travelled(row.travelled.state), at=local).words()
        return "", ""

    def _reason_name(self, code: str) -> str:
        found = self._signs.reason(code) if self._signs is not None else None
        return found.name if found is not None else code

    # Drafts

    def draft_body(self) -> dict[str, Any]:
        """Give everything typed that no record holds yet."""
        rows = self.keeper.typed()
        row, column = self.grid.current(), self.grid.current_column()
        if self.grid.editor is not None and row is not None and column is not None:
            kept = rows.setdefault(row.patient, {"texts": {}, "missed": {}, "confirmed": []})
            kept["texts"] = {**kept["texts"], column.id: self.grid.editor.text()}
        return {"ward": self._ward, "rows": rows}

    def restore_draft(self, draft: Draft) -> None:
        """Type again what was kept, in its ward."""
        rows = dict(draft.body.get("rows", {}))
        ward = str(draft.body.get("ward", ""))
        if ward and ward != self._ward:
            self._ward, self._put_back_later = ward, rows
            self._ask(self._show)
        else:
            self._retype(rows)

    def _retype(self, rows: dict[str, Any]) -> None:
        for patient, kept in rows.items():
            number = self.model.number_of(patient)
            if number >= 0:
                for why in self.model.retype(number, kept, self._today()):
                    self._say(why, True)

    def unsigned(self) -> list[str]:
        """Name the rows that are typed and not recorded."""
        return [f"{_('Bed {bed}', bed=row.bed)} {row.name}" for row in self.model.typed_rows()]

    # Keys

    def focus_region(self, number: int) -> None:
        """Focus the grid, or the line above it."""
        target = self.head.wards if number == 2 else self.grid
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def page_actions(self) -> list[Action]:
        """Give what can be done in a round."""
        return [
            Action("work.sign", "Record typed rows", self.record, icon="check"),
            Action("vitals.not-measured", "Not measured", self.not_measured),
            Action("temperature-chart.open", "Temperature chart", self.open_chart, icon="activity"),
            Action("list.refresh", "Refresh", self.renew, icon="refresh-cw"),
            Action("vitals.direction", "Enter goes down or right", self.turn, hint=False),
            Action("vitals.all-columns", "All columns", self.show_all, hint=False),
        ]
