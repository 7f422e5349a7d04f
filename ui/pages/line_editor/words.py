"""What the cells of a line being written say, from knowledge alone: at once, without asking the desk.

A host derives its own words from these: which columns it shows, and what stands in those that are its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from typing import ClassVar, Final

from ui.pages.line_editor.cells import Cell
from ui.widgets.table_model import Run
from workstation.core.errors import Invalid
from workstation.core.i18n import _
from workstation.medication.lines import Line, dose_of
from workstation.medication.model import MedicineLine, SkinTest, SkinTestState
from workstation.terminology import doses
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.model import Drug

PARTS: Final = re.compile(r" (?=[(×+])")
SKIN_STATES: Final = {
    SkinTestState.REQUIRED: "caution",
    SkinTestState.EXEMPT: "note",
    SkinTestState.NEGATIVE: "done",
    SkinTestState.POSITIVE: "stop",
}


class Words:
    """Words for the lines of one host. `knowledge` is asked late, because loading it takes time.

    `cells` are its columns; `beside` those that stand with the name where the table is narrow, and where it is
    narrower still; a host that `drops` needless columns does so even where there is room for them.
    """

    cells: ClassVar[Sequence[Cell]] = tuple(Cell)
    beside: ClassVar[Sequence[Sequence[Cell]]] = ()
    drops: ClassVar[bool] = False

    def __init__(self, knowledge: Callable[[], Knowledge]) -> None:
        self.knowledge = knowledge

    # What a host says

    def resolved(self, line: MedicineLine) -> Line | None:
        """Give the complete medicine of a line, or None while something is missing or wrong."""
        raise NotImplementedError

    def own_text(self, line: MedicineLine, cell: Cell) -> str:
        """Give the text of a cell that only this host has."""
        raise NotImplementedError

    def own_titles(self) -> dict[Cell, str]:
        """Give the titles of the columns that only this host has, and those it words itself."""
        return {}

    def remarks(self, line: MedicineLine) -> list[str]:
        """Give what stands behind the name: the note, when needed, how long an infusion takes."""
        found = [r for r in (_("when needed") if line.prn else "", line.note, line.overdose_reason) if r]
        if line.minutes:
            found.append(_("over {minutes} min", minutes=line.minutes))
        return found

    def extras(self, line: MedicineLine) -> list[str]:
        """Give what the full line of the review says besides the medication line."""
        return []

    def needless(self, said: Callable[[Cell], bool], signed: bool) -> Collection[Cell]:
        """Give the columns that say nothing about what is shown; `said` asks whether any row has words there."""
        found = set() if signed else {Cell.STATE}
        return found if said(Cell.GROUP) else found | {Cell.GROUP}

    def labelled(self, cell: Cell, text: str) -> str:
        """Give a cell's text as it stands with the name, where its title is not in sight."""
        return text

    def empty_row(self) -> str:
        """Say what the empty row is for."""
        return _("Empty line: type a drug")

    def entry_prompt(self) -> str:
        """Name the cell a line begins with."""
        return _("Drug")

    # What all hosts say alike

    def drug(self, line: MedicineLine) -> Drug | None:
        """Give the product, or None for an unknown or empty one."""
        catalogue = self.knowledge().drugs
        return catalogue.get(line.drug) if line.drug in catalogue else None

    def name_runs(self, line: MedicineLine) -> tuple[Run, ...]:
        """Give name (bold), strength and pack, and the remarks."""
        drug = self.drug(line)
        if drug is None:
            return (Run(line.drug or "", bold=True),)
        runs = [Run(doses.keep(drug.name), bold=True), Run("  "), Run(self.strength(drug), color="text2")]
        remarks = self.remarks(line)
        if remarks:
            runs.append(Run("  · " + " · ".join(remarks), color="text2"))
        return tuple(runs)

    def strength(self, drug: Drug) -> str:
        """Give strength and pack; they may part before a bracket, a plus or the count, and nowhere inside a value."""
        pack = doses.plain(doses.pack_text(drug, self.knowledge().units))
        return " ".join(doses.keep(part) for part in PARTS.split(pack))

    def text(self, line: MedicineLine, cell: Cell) -> str:
        """Give the text of a cell of a line being written."""
        texts: dict[Cell, Callable[[], str]] = {
            Cell.DRUG: lambda: "".join(run.text for run in self.name_runs(line)),
            Cell.DOSE: lambda: self.dose(line),
            Cell.ROUTE: lambda: self.route(line),
            Cell.FREQUENCY: lambda: self.frequency(line),
            Cell.SKIN_TEST: lambda: self.skin_test(line),
        }
        return texts[cell]() if cell in texts else self.own_text(line, cell)

    def state_of(self, line: MedicineLine, cell: Cell) -> str:
        """Give the rung of the status ladder a cell is painted as, or an empty text for plain words."""
        if cell is Cell.SKIN_TEST:
            if line.skin_test is not None:
                return SKIN_STATES[line.skin_test.state]
            return "caution" if self.needs_skin_test(line) else ""
        return ""

    def dose(self, line: MedicineLine) -> str:
        """Give the dose in words, or as it was typed when it cannot be read."""
        drug = self.drug(line)
        if drug is None or not line.dose:
            return ""
        try:
            value = dose_of(line, self.knowledge())
            return doses.keep(doses.dose_text(value, line.unit, self.knowledge().units, drug=drug))
        except (Invalid, KeyError):
            return f"{line.dose} {line.unit}".strip()

    def route(self, line: MedicineLine) -> str:
        """Give the route in words."""
        found = self.knowledge().routes.parse(line.route) if line.route else None
        return doses.keep(found.display()) if found is not None else ""

    def frequency(self, line: MedicineLine) -> str:
        """Give the frequency in words."""
        found = self.knowledge().frequencies.parse(line.frequency) if line.frequency else None
        return doses.keep(found.display()) if found is not None else ""

    def needs_skin_test(self, line: MedicineLine) -> bool:
        """Say whether this product is only given after a skin test."""
        drug = self.drug(line)
        return drug is not None and drug.skin_test == "required"

    def skin_test(self, line: MedicineLine) -> str:
        """Give the state of the skin test; a dash where none is needed."""
        if line.skin_test is None:
            return _("Skin test needed") if self.needs_skin_test(line) else "—"
        return skin_test_text(line.skin_test)

    def sentence(self, line: MedicineLine) -> str:
        """Read the line as one medication sentence, for screen readers and the review."""
        found = self.resolved(line)
        if found is None:
            drug = self.drug(line)
            return drug.name if drug is not None else ""
        return doses.medication_line(found.drug, found.regimen, self.knowledge().units).spoken

    def display(self, line: MedicineLine) -> str:
        """Write the full line for the review."""
        found = self.resolved(line)
        if found is None:
            return self.sentence(line)
        said = doses.medication_line(found.drug, found.regimen, self.knowledge().units).display
        parts = [said, *self.extras(line)]
        if line.skin_test is not None or self.needs_skin_test(line):
            parts.append(doses.keep(self.skin_test(line)))
        return f" {doses.DASH} ".join(parts)

    def titles(self) -> dict[Cell, str]:
        """Give the column titles in the language of the screen."""
        return {
            Cell.NUMBER: "#",
            Cell.GROUP: _("Gr."),
            Cell.DRUG: _("Drug  Strength"),
            Cell.DOSE: _("Dose"),
            Cell.ROUTE: _("Route"),
            Cell.FREQUENCY: _("Frequency"),
            Cell.SKIN_TEST: _("Skin test"),
            Cell.CHECK: _("Check"),
            Cell.STATE: _("State"),
        } | self.own_titles()


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
