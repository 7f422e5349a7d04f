"""Allergies beside the note: the state in words, what stands, a new one by a few letters, or “none known”."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ui.context import PatientContext
from ui.notices import Choice as SheetChoice
from ui.page import Page
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.chips import StatusChip
from ui.widgets.code_search import Choice, CodeLineEdit, Deliver
from ui.widgets.flow import FlowRow
from ui.widgets.labels import label
from ui.widgets.table import Badge, Column, DenseTable, Run
from workstation.chart.allergies import Allergies, Allergy, AllergyState
from workstation.core.events import Changed
from workstation.core.i18n import _
from workstation.emr.model import AssertNoKnownAllergy, RecordAllergy, RefuteAllergy, SearchAllergens
from workstation.emr.rows import AllergenChoice
from workstation.terminology.model import Drug

OWN_WORDS: Final = "own-words"
SEVERITIES: Final = (("", "Not known"), ("mild", "Mild"), ("moderate", "Moderate"), ("severe", "Severe"))
REASONS: Final = ("Tested negative", "Entered by mistake", "It was an intolerance, not an allergy")


class AllergyTable(DenseTable):
    """The allergies that stand; Delete takes one out of force."""

    removed = Signal(object)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take Delete."""
        row = self.current()
        if row is not None and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit(row)
        else:
            super().keyPressEvent(event)


class AllergyPanel(QWidget):
    """See the module. Esc goes back to the summary; what is typed stays."""

    closed_by_user = Signal()

    def __init__(self, page: Page, patient: PatientContext) -> None:
        super().__init__(page)
        self._page, self._patient = page, patient
        self._allergies = Allergies(AllergyState.UNAVAILABLE)
        self._picked: AllergenChoice | None = None
        self.chip = StatusChip("not_checked", _("Allergies unavailable"))
        self.table = AllergyTable(self._columns(), lambda a: a.id, _("Allergies on record"))
        self.table.horizontalHeader().hide()
        self.table.setFrameShape(QFrame.Shape.NoFrame)
        self.table.removed.connect(self._ask_reason)
        self.table.setMinimumHeight(0)
        self.table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.agent = CodeLineEdit(_("Allergic to"), self._search)
        self.agent.picked.connect(self._take)
        self.agent.textEdited.connect(self._forget)
        self.reaction = self._field(_("Reaction"))
        self.since = self._field(_("Since (year)"))
        self.severity = QButtonGroup(self)
        self.record_button = button(_("Record the allergy"), self.record, kind="primary", parent=self)
        self.none_button = button(_("No known allergy"), self._none, parent=self)
        self._build()

    def _columns(self) -> list[Column]:
        return [
            Column(
                "agent",
                "Allergy",
                lambda a: a.agent,
                clinical=True,
                stretch=True,
                runs=lambda a: (
                    Run(a.agent, bold=True),
                    Run(f"  {a.reaction} {a.since}".rstrip(), color="text"),
                    Run(f"  {a.recorded_by} {a.recorded_on}".rstrip(), color="text2"),
                ),
                badges=lambda a: () if a.checked else (Badge("not_checked", _("not checked automatically")),),
            )
        ]

    def _field(self, name: str) -> QLineEdit:
        made = QLineEdit()
        made.setAccessibleName(name)
        made.setPlaceholderText(name)
        made.returnPressed.connect(self.record)
        return made

    def _build(self) -> None:
        t, rows = theme(), QVBoxLayout(self)
        rows.setContentsMargins(t.px(8), t.px(4), t.px(8), t.px(6))
        rows.setSpacing(t.px(4))
        head = QHBoxLayout()
        head.addWidget(self.chip)
        head.addStretch(1)
        head.addWidget(button(_("Back"), self.closed_by_user.emit, key="Esc", kind="quiet", parent=self))
        rows.addLayout(head)
        rows.addWidget(self.table, 1)
        rows.addWidget(self.agent)
        pair = QHBoxLayout()
        pair.addWidget(self.reaction, 3)
        pair.addWidget(self.since, 2)
        rows.addLayout(pair)
        choices = FlowRow()
        choices.add(label(_("Severity"), "label", color="label"))
        for place, (_code, word) in enumerate(SEVERITIES):
            made = QPushButton(_(word))
            made.setCheckable(True)
            made.setChecked(place == 0)
            self.severity.addButton(made, place)
            choices.add(made)
        choices.add(self.record_button)
        choices.add(self.none_button)
        rows.addWidget(choices)

    def open(self) -> None:
        """Start at the entry field."""
        self.agent.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def propose(self, drug: Drug) -> None:
        """Fill in the allergen of a product whose skin test was positive; recording it stays the doctor's act."""
        catalogue = self._page.ctx.desk.knowledge.allergens
        found = catalogue.get(drug.allergy_group) or catalogue.get(drug.atc or drug.id)
        self._picked = AllergenChoice(found.code, found.name, found.kind, found.checked) if found else None
        self.agent.setText(found.name if found else drug.name)
        self.reaction.setText(_("Positive skin test"))
        self.reaction.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_allergies(self, allergies: Allergies) -> None:
        """Show the state and what stands."""
        self._allergies = allergies
        state, words = {
            AllergyState.KNOWN: ("allergy", _("Known allergies: {count}", count=len(allergies.known))),
            AllergyState.NONE: ("done", f"{_('No known allergy')} {allergies.said_on} {allergies.said_by}"),
            AllergyState.UNRECORDED: ("caution", _("Allergies not recorded")),
            AllergyState.UNAVAILABLE: ("not_checked", _("Allergies unavailable")),
        }[allergies.state]
        self.chip.set(state, words)
        self.table.set_rows(list(allergies.known))
        self.none_button.setEnabled(allergies.state in (AllergyState.NONE, AllergyState.UNRECORDED))

    # Recording

    def _search(self, text: str, deliver: Deliver) -> None:
        def shown(found: Sequence[AllergenChoice]) -> None:
            choices = [
                Choice(
                    a.code,
                    a.name,
                    badges=() if a.checked else (Badge("not_checked", _("not checked")),),
                    data=a,
                )
                for a in found[:8]
            ]
            if not found or not text.isascii():
                choices.append(Choice(OWN_WORDS, _("Record as text: {text}", text=text), data=text))
            deliver(choices, len(found))

        tasks = self._page.ctx.tasks
        tasks.ask(self._page, "emr.search-allergens", SearchAllergens(text, 9), shown, latest="allergens")

    def _take(self, choice: Choice) -> None:
        self._picked = choice.data if choice.key != OWN_WORDS else None
        self.agent.setText(choice.title if self._picked is not None else str(choice.data))
        self.reaction.setFocus(Qt.FocusReason.TabFocusReason)

    def _forget(self, _text: str) -> None:
        self._picked = None

    def record(self) -> None:
        """Record what is typed."""
        code = self._picked.code if self._picked is not None else ""
        request = RecordAllergy(
            self._patient.id,
            code=code,
            text="" if code else self.agent.text().strip(),
            reaction=self.reaction.text().strip(),
            severity=SEVERITIES[max(self.severity.checkedId(), 0)][0],
            since=self.since.text().strip(),
            encounter=self._patient.encounter,
        )
        self._page.ctx.tasks.do(self._page, "emr.record-allergy", request, self._recorded)

    def _recorded(self, _changed: Changed) -> None:
        for field in (self.agent, self.reaction, self.since):
            field.clear()
        self._picked = None
        self.severity.button(0).setChecked(True)
        self.agent.setFocus(Qt.FocusReason.OtherFocusReason)

    def _none(self) -> None:
        request = AssertNoKnownAllergy(self._patient.id, self._patient.encounter)
        self._page.ctx.tasks.do(self._page, "emr.assert-no-known-allergy", request, self._stated)

    def _stated(self, _changed: Changed) -> None:
        self.closed_by_user.emit()

    def _ask_reason(self, allergy: Allergy) -> None:
        choices = [SheetChoice(_("Keep it"), lambda: None, "Esc")]
        choices += [SheetChoice(_(reason), partial(self._refute, allergy, _(reason))) for reason in REASONS]
        title = _("Take out of force: {text}", text=allergy.agent)
        self._page.ctx.notices.stop(title, _("Why?"), tuple(choices))

    def _refute(self, allergy: Allergy, reason: str) -> None:
        request = RefuteAllergy(self._patient.id, allergy.id, reason)
        self._page.ctx.tasks.do(self._page, "emr.refute-allergy", request, lambda _changed: None)

    def has_typing(self) -> bool:
        """Say whether an allergy is typed and not recorded yet."""
        return any(field.text().strip() for field in (self.agent, self.reaction, self.since))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go back to the summary with Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed_by_user.emit()
        else:
            super().keyPressEvent(event)
