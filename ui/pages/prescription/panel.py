"""The prescription region a page hosts: lines, live checks, alerts, its own draft; the page signs (see `LinePanel`)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.actions import Action
from ui.context import Context, PatientContext
from ui.pages.line_editor.bench import LineBench
from ui.pages.line_editor.choices import drug_choice
from ui.pages.line_editor.entry import Entry, Surroundings
from ui.pages.line_editor.panel import LinePanel
from ui.pages.line_editor.strip import CardSpec
from ui.pages.line_editor.words import Words
from ui.pages.prescription.bench import RxBench
from ui.pages.prescription.entry import RxEntry
from ui.pages.prescription.head import RxHead
from ui.pages.prescription.offers import RxOffers
from ui.pages.prescription.options import DRAFT_KIND, RxOptions, from_body, to_body
from ui.pages.prescription.signed import SignedSheets
from ui.pages.prescription.words import RxWords
from ui.widgets.code_search import Deliver
from workstation.core.i18n import _
from workstation.medication.rows import FoundDrugs, SearchDrugs
from workstation.prescribing.check import Check
from workstation.prescribing.model import PrescriptionDraft
from workstation.security.permissions import Permission


class RxPanel(LinePanel):
    """See the module."""

    bench: RxBench
    check_verb = "prescribing.check"
    draft_kind = DRAFT_KIND

    def __init__(self, ctx: Context, patient: PatientContext, parent: QWidget | None = None) -> None:
        super().__init__(ctx, patient, parent)
        self.grid.setAccessibleName(_("Prescription lines"))
        self.head = RxHead(self._turn_kind)
        self.sheets = SignedSheets(self, self.bench)
        self.offers = RxOffers(ctx, patient, self.bench, self.host)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addLayout(self.head.row())
        rows.addLayout(self.body, 1)
        self.connect_all()
        self.sheets.shown.connect(self.show_state)
        self.offers.taken.connect(self.focus_entry)
        self.show_state()

    def make_words(self) -> Words:
        """Make the words of a prescription."""
        return RxWords(lambda: self.ctx.desk.knowledge)

    def make_entry(self, words: Words, around: Surroundings) -> Entry:
        """Make the way its lines are written."""
        return RxEntry(words, around)

    def make_bench(self) -> LineBench:
        """Make the place where its remedies work."""
        return RxBench(self.ctx, self.model, self.grid, self.host)

    def widget(self) -> QWidget:
        """Give the widget to show."""
        return self

    def header_widgets(self) -> Sequence[QWidget]:
        """Give what stands above the lines, for a page that has a header of its own to put it in."""
        return self.head.parts()

    def yielding_header(self) -> Sequence[QWidget]:
        """Give what of the header may go where it has no room, the last one first."""
        return (self.head.kind, *self.head.hints)

    def load_signed(self) -> None:
        """Ask for the signed sheets."""
        self.sheets.load()

    def draft_body(self) -> dict[str, Any]:
        """Give the draft as plain JSON."""
        return to_body(self.model.lines, self.bench.options)

    def put_draft(self, body: dict[str, Any]) -> None:
        """Put a kept draft back."""
        lines, options = from_body(body)
        self.bench.put_options(options)
        self.model.load(lines)

    def sign_request(self) -> PrescriptionDraft:
        """Give the request of `prescribing.sign` (and of the checks)."""
        return self.bench.rx.request(self.patient.id, self.patient.encounter, self.model.lines)

    def as_written(self) -> PrescriptionDraft:
        """Give the request with what stands in an open cell, to be looked at on paper."""
        self.grid.editing.close(keep=True)
        return self.sign_request()

    def empty_request(self) -> PrescriptionDraft:
        """Give a request without lines."""
        return RxOptions().request(self.patient.id, self.patient.encounter, ())

    def page_actions(self) -> list[Action]:
        """Give the sets, repeating, and the acts that share a key with the rest of the program."""
        return [
            *self.editing_actions(),
            Action(
                "prescription.repeat",
                "Repeat last",
                self.repeat_last,
                Permission.PRESCRIPTION_WRITE,
                hint=False,
            ),
            Action("set.open", "Sets", self.open_sets, Permission.PRESCRIPTION_WRITE, patient_bound=True),
        ]

    def repeat_last(self) -> None:
        """Offer the lines of the patient's last prescription."""
        self.offers.repeat_last()

    def open_sets(self) -> None:
        """Offer prescription sets."""
        self.offers.open_sets()

    def stop(self, row: int) -> None:
        """Stop the sheet of a signed row."""
        self.sheets.stop(row)

    def own_cards(self) -> list[CardSpec]:
        """Give a card for every sheet that waits for its prescriber."""
        return self.sheets.cards()

    def show_head(self) -> None:
        """Show which sheets the lines become, and what they cost."""
        check, lines, words = self.live.check, self.model.lines, self.model.words
        prices = [words.price(line) for line in lines] if isinstance(words, RxWords) else []
        total = sum((p for p in prices if p is not None), Decimal(0))
        found = check if isinstance(check, Check) else None
        self.head.show_state(found, self.bench.rx, lines, total, self.model.signed_rows)

    def search(self, text: str, deliver: Deliver) -> None:
        """Find products."""

        def found(answer: FoundDrugs) -> None:
            deliver([drug_choice(row) for row in answer.rows], answer.total)

        self.ctx.tasks.ask(self, "prescribing.search-drugs", SearchDrugs(text), found, latest="drugs")

    def _turn_kind(self) -> None:
        self.bench.set_options(self.bench.rx.other_kind())
