"""What the cells of a prescription say, from knowledge alone: at once, without asking the desk."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from ui.widgets.table_model import Run
from workstation.core.errors import Invalid
from workstation.core.i18n import _
from workstation.medication.lines import Line, dose_of
from workstation.medication.model import SkinTest, SkinTestState
from workstation.prescribing.lines import resolve
from workstation.prescribing.model import DraftLine
from workstation.terminology import doses
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.model import Drug

PARTS: Final = re.compile(r" (?=[(×+])")


@dataclass(frozen=True, slots=True)
class Words:
    """Words for draft lines. `knowledge` is asked late, because loading it takes time."""

    knowledge: Callable[[], Knowledge]

    def drug(self, line: DraftLine) -> Drug | None:
        """Give the product, or None for an unknown or empty one."""
        catalogue = self.knowledge().drugs
        return catalogue.get(line.drug) if line.drug in catalogue else None

    def resolved(self, line: DraftLine) -> Line | None:
        """Give the complete line, or None while something is missing or wrong."""
        try:
            return resolve(line, self.knowledge())
        except Invalid:
            return None

    def drug_runs(self, line: DraftLine) -> tuple[Run, ...]:
        """Give name (bold), strength and pack, and the note."""
        drug = self.drug(line)
        if drug is None:
            return (Run(line.drug or "", bold=True),)
        runs = [
            Run(doses.keep(drug.name), bold=True),
            Run("  "),
            Run(_in_parts(doses.pack_text(drug, self.knowledge().units)), color="text2"),
        ]
        remarks = [r for r in (_("when needed") if line.prn else "", line.note, line.overdose_reason) if r]
        if line.minutes:
            remarks.append(_("over {minutes} min", minutes=line.minutes))
        if remarks:
            runs.append(Run("  · " + " · ".join(remarks), color="text2"))
        return tuple(runs)

    def dose(self, line: DraftLine) -> str:
        """Give the dose in words, or as it was typed when it cannot be read."""
        drug = self.drug(line)
        if drug is None or not line.dose:
            return ""
        try:
            value = dose_of(line, self.knowledge())
            return doses.keep(doses.dose_text(value, line.unit, self.knowledge().units, drug=drug))
        except (Invalid, KeyError):
            return f"{line.dose} {line.unit}".strip()

    def route(self, line: DraftLine) -> str:
        """Give the route in words."""
        found = self.knowledge().routes.parse(line.route) if line.route else None
        return doses.keep(found.display()) if found is not None else ""

    def frequency(self, line: DraftLine) -> str:
        """Give the frequency in words."""
        found = self.knowledge().frequencies.parse(line.frequency) if line.frequency else None
        return doses.keep(found.display()) if found is not None else ""

    def total(self, line: DraftLine) -> str:
        """Give what is handed out: `3 盒 (72 粒, 用 63)`, to be parted before the bracket only."""
        found = self.resolved(line)
        return unparted(doses.supply_text(found.drug, found.supply)) if found is not None else ""

    def price(self, line: DraftLine) -> Decimal | None:
        """Give the price in yuan, or None while the line is not complete."""
        found = self.resolved(line)
        return found.price if found is not None else None

    def needs_skin_test(self, line: DraftLine) -> bool:
        """Say whether this product is only given after a skin test."""
        drug = self.drug(line)
        return drug is not None and drug.skin_test == "required"

    def skin_test(self, line: DraftLine) -> str:
        """Give the state of the skin test; a dash where none is needed."""
        if line.skin_test is None:
            return _("Skin test needed") if self.needs_skin_test(line) else "—"
        return skin_test_text(line.skin_test)

    def sentence(self, line: DraftLine) -> str:
        """Read the line as one medication sentence, for screen readers and the review."""
        found = self.resolved(line)
        if found is None:
            drug = self.drug(line)
            return drug.name if drug is not None else ""
        return doses.medication_line(found.drug, found.regimen, self.knowledge().units).spoken

    def display(self, line: DraftLine) -> str:
        """Write the full medication line with its total."""
        found = self.resolved(line)
        if found is None:
            return self.sentence(line)
        said = doses.medication_line(found.drug, found.regimen, self.knowledge().units).display
        parts = [said, _("total {amount}", amount=doses.keep(doses.supply_text(found.drug, found.supply)))]
        if line.skin_test is not None or self.needs_skin_test(line):
            parts.append(doses.keep(self.skin_test(line)))
        return f" {doses.DASH} ".join(parts)


def skin_test_text(test: SkinTest) -> str:
    """Give a skin test in words: state, and what backs it."""
    words = {
        SkinTestState.REQUIRED: _("Skin test needed"),
        SkinTestState.EXEMPT: _("Exempt"),
        SkinTestState.NEGATIVE: _("Negative (−)"),
        SkinTestState.POSITIVE: _("Positive (+)"),
    }
    detail = test.reason if test.state is SkinTestState.EXEMPT else test.lot
    return f"{words[test.state]} {detail}".strip()


def unparted(text: str) -> str:
    """Keep an amount together but for one place, before its bracket."""
    amount, bracket, rest = text.partition(" (")
    return f"{doses.keep(amount)} {doses.keep(f'({rest}')}" if bracket else doses.keep(amount)


def money(value: Decimal) -> str:
    """Write yuan with two places."""
    return f"¥{value:,.2f}"


def _in_parts(pack: str) -> str:
    """Let strength and pack part before their bracket, a plus or the count, and nowhere inside a value."""
    return " ".join(doses.keep(part) for part in PARTS.split(doses.plain(pack)))
