"""Where the remedies of a prescription work: its lines, and what is said about it as a whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from ui.pages.line_editor.bench import LineBench
from ui.pages.line_editor.options import LineOptions
from ui.pages.line_editor.remedies import Remedy
from ui.pages.prescription.options import RxOptions
from ui.pages.prescription.remedies import remedies_of
from workstation.core.i18n import _
from workstation.medication.model import MedicineLine
from workstation.medication.rows import FoundDrugs, SearchDrugs
from workstation.prescribing.model import DraftLine, PrescriptionKind
from workstation.terminology.model import Drug


class RxBench(LineBench):
    """See `LineBench`; the options are `RxOptions`."""

    def fresh_options(self) -> LineOptions:
        """Give the options of a new prescription."""
        return RxOptions()

    @property
    def rx(self) -> RxOptions:
        """Give the options as those of a prescription."""
        return self.options if isinstance(self.options, RxOptions) else RxOptions()

    def own_remedies(self) -> Mapping[str, Remedy]:
        """Give what only a prescription knows to do, by rule."""
        return remedies_of(self)

    def one_day(self, line: MedicineLine) -> MedicineLine:
        """Give a line for one day."""
        return replace(line, days=1, total=0) if isinstance(line, DraftLine) else line

    def find_drug(self, drug: Drug, then: Callable[[object], None]) -> None:
        """Ask for a product with its regimens."""

        def found(answer: FoundDrugs) -> None:
            match = next((r for r in answer.rows if r.drug == drug.id), None)
            if match is not None:
                then(match)

        self.ctx.tasks.ask(self, "prescribing.search-drugs", SearchDrugs(drug.id, 1), found)

    def nothing_checked(self) -> str:
        """Say that the check failed."""
        return _("Nothing on this prescription was checked")

    def still_checking(self) -> str:
        """Say that the check is not done yet."""
        return _("The prescription is still being checked.")

    def review_remarks(self) -> list[str]:
        """Give the reason for more days, which the paper carries."""
        reason = self.rx.extension_reason
        return [_("Reason for more days: {reason}", reason=reason)] if reason else []

    def take_over(self, lines: Sequence[DraftLine], kind: PrescriptionKind) -> None:
        """Add lines written elsewhere, groups numbered anew; an empty prescription takes their kind."""
        if not self._model.lines and kind is not self.rx.kind:
            self.set_options(self.rx.other_kind())
        most = max((line.group for line in self._model.lines), default=0)
        fresh = [replace(line, key="", group=line.group + most if line.group else 0) for line in lines]
        self._model.change([*self._model.lines, *fresh])
