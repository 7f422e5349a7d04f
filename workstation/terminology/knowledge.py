"""One door to everything the hospital knows but did not observe: drugs, diagnoses, rules, words.

`load()` is cheap: each file is read when its part is first asked for. A site folder may replace single files.
Knowledge is passed as an argument to whatever needs it; nothing in it ever changes while the program runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from workstation.core.i18n import pick
from workstation.terminology import model, nursing, parsing, wording
from workstation.terminology import ward_signs as ward
from workstation.terminology.catalogue import (
    AllergenCatalogue,
    DiagnosisCatalogue,
    DrugCatalogue,
    FrequencyTable,
    RouteTable,
)
from workstation.terminology.conflicts import ConflictRule, conflict_rules
from workstation.terminology.laboratory import Laboratory, lab_range, lab_test
from workstation.terminology.levels import NursingLevel, nursing_levels
from workstation.terminology.search import normalise
from workstation.terminology.sets import PrescriptionSets
from workstation.terminology.sources import Sources
from workstation.terminology.ward_orders import WardOrders, order_kind, ward_order


class Knowledge:
    """The knowledge of one site. Every part is read once, when first used."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    @cached_property
    def drugs(self) -> DrugCatalogue:
        """The drug catalogue."""
        return DrugCatalogue(map(parsing.drug, self._sources.rows("drugs.csv")), self.lookalikes)

    @cached_property
    def lookalikes(self) -> tuple[wording.Lookalike, ...]:
        """Names that are easily mixed up."""
        rows = self._sources.rows("lookalikes.csv")
        return tuple(wording.Lookalike(r["a_zh"], r["b_zh"], r["a_en"], r["b_en"]) for r in rows)

    @cached_property
    def diagnoses(self) -> DiagnosisCatalogue:
        """The diagnoses offered while typing."""
        return DiagnosisCatalogue(map(parsing.diagnosis, self._sources.rows("diagnoses.csv")))

    @cached_property
    def allergens(self) -> AllergenCatalogue:
        """Allergen groups, foods and materials, then every ingredient of the catalogue."""
        groups = [parsing.allergen(t) for t in self._sources.table("allergens.toml")["allergen"]]
        codes = {g.code for g in groups}
        singles = {i.code: i for i in map(parsing.ingredient, self.drugs) if i.code not in codes}
        return AllergenCatalogue([*groups, *singles.values()])

    @cached_property
    def frequencies(self) -> FrequencyTable:
        """How often."""
        return FrequencyTable(map(parsing.frequency, self._sources.table("frequencies.toml")["frequency"]))

    @cached_property
    def routes(self) -> RouteTable:
        """By which way."""
        return RouteTable(map(parsing.route, self._sources.table("routes.toml")["route"]))

    @cached_property
    def units(self) -> UnitTable:
        """Units of dose."""
        return UnitTable(map(parsing.unit, self._sources.table("units.toml")["unit"]))

    @cached_property
    def _templates(self) -> Mapping[str, tuple[model.DoseTemplate, ...]]:
        found: dict[str, list[model.DoseTemplate]] = {}
        for template in map(parsing.template, self._sources.rows("dose_templates.csv")):
            found.setdefault(template.drug_id, []).append(template)
        return {drug: tuple(sorted(ts, key=lambda t: t.rank)) for drug, ts in found.items()}

    def templates(self, drug_id: str) -> tuple[model.DoseTemplate, ...]:
        """Give the usual adult regimens of a product, most usual first; empty when none is known."""
        return self._templates.get(drug_id, ())

    @cached_property
    def prescription_sets(self) -> PrescriptionSets:
        """What is usually written together for one illness."""
        tables = self._sources.table("prescription_sets.toml")["set"]
        return PrescriptionSets(map(parsing.prescription_set, tables))

    @cached_property
    def ward_orders(self) -> WardOrders:
        """Orders on a ward that are no medicine."""
        table = self._sources.table("ward_orders.toml")
        return WardOrders(map(order_kind, table["kind"]), map(ward_order, table["order"]))

    @cached_property
    def interactions(self) -> tuple[model.Interaction, ...]:
        """Pairs of drug classes that harm each other."""
        return tuple(map(parsing.interaction, self._sources.rows("interactions.csv")))

    @cached_property
    def rules(self) -> Mapping[str, model.Rule]:
        """What each prescribing rule says, by its id."""
        return {r["id"]: parsing.rule(r) for r in self._sources.rows("rules.csv")}

    @cached_property
    def rule_lists(self) -> Mapping[str, tuple[str, ...]]:
        """Lists the prescribing rules look into: infections, herbs."""
        return {name: tuple(items) for name, items in self._sources.table("rule_lists.toml").items()}

    @cached_property
    def conflict_rules(self) -> Mapping[str, ConflictRule]:
        """What two desks may do without knowing of each other, by the id of the rule."""
        return conflict_rules(self._sources.table("conflicts.toml"))

    @cached_property
    def phrases(self) -> tuple[wording.Phrase, ...]:
        """Short texts for outpatient notes."""
        rows = self._sources.table("phrases.toml")["phrase"]
        return tuple(wording.Phrase(r["mnemonic"], r["section"], r["zh"], r["en"]) for r in rows)

    @cached_property
    def note_templates(self) -> tuple[wording.NoteTemplate, ...]:
        """Skeletons of outpatient notes."""
        return tuple(map(parsing.note_template, self._sources.table("note_templates.toml")["template"]))

    @cached_property
    def skin_tests(self) -> Mapping[str, wording.SkinTest]:
        """How skin tests are done, by allergen group."""
        tests = map(parsing.skin_test, self._sources.table("skin_tests.toml")["test"])
        return {t.code: t for t in tests}

    @cached_property
    def departments(self) -> tuple[wording.Coded, ...]:
        """Departments patients register with."""
        return parsing.coded(self._sources.table("departments.toml")["department"])

    @cached_property
    def document_types(self) -> tuple[wording.Coded, ...]:
        """Kinds of identity document (CV02.01.101)."""
        return parsing.coded(self._sources.table("identity_documents.toml")["document"])

    @cached_property
    def ethnic_groups(self) -> tuple[wording.Coded, ...]:
        """The 56 ethnic groups (GB/T 3304), by code."""
        rows = self._sources.rows("ethnic_groups.csv")
        return parsing.coded({**r, "zh": r["name_zh"], "en": r["name_en"]} for r in rows)

    @cached_property
    def intervention_reasons(self) -> tuple[wording.Coded, ...]:
        """Reasons given at the pharmacy's counter, by their group: review, manual, partial, return."""
        return parsing.coded(self._sources.table("intervention_reasons.toml")["reason"])

    @cached_property
    def ward_signs(self) -> ward.WardSigns:
        """When signs are due on a ward, why one was not taken, and how the temperature chart is drawn."""
        return ward.ward_signs(self._sources.table("vital_signs.toml"))

    @cached_property
    def early_warning(self) -> ward.EarlyWarningTable:
        """The early warning score."""
        return ward.early_warning(self._sources.table("early_warning.toml"))

    @cached_property
    def nursing(self) -> nursing.Nursing:
        """Time windows, reasons and labels of carrying orders out on a ward."""
        return nursing.read(self._sources.table("nursing.toml"))

    @cached_property
    def pack_codes(self) -> Mapping[str, str]:
        """Product ids by what stands on their packs: the first seven digits of a trace code, or the GTIN-14."""
        rows = self._sources.rows("pack_codes.csv")
        return {row[key]: row["drug"] for row in rows for key in ("prefix", "gtin") if row[key]}

    @cached_property
    def laboratory(self) -> Laboratory:
        """What the laboratory can be asked for, with reference and critical limits."""
        rows, panels = self._sources.rows, self._sources.table("laboratory/panels.toml")
        return Laboratory(
            map(lab_test, rows("laboratory/tests.csv")),
            map(lab_range, rows("laboratory/ranges.csv")),
            panels["panel"],
            self._sources.table("laboratory/specimens.toml"),
        ).with_sets(panels["set"])

    @cached_property
    def nursing_levels(self) -> Mapping[str, NursingLevel]:
        """How nursing levels are marked, by the code of their order. Raises Unavailable where a mark misleads."""
        return nursing_levels(self._sources.table("nursing_levels.toml")["level"])

    @cached_property
    def manifest(self) -> Mapping[str, wording.FileInfo]:
        """What is known about each file, by file name."""
        table: Mapping[str, Any] = self._sources.table("manifest.toml")
        return {n: parsing.file_info(n, t, self._sources.replaced(n)) for n, t in table.items()}

    def count(self, name: str) -> int:
        """Give how many entries a file holds. Raises Unavailable when it cannot be read."""
        if name.endswith(".csv"):
            return len(self._sources.rows(name))
        return sum(map(_size, self._sources.table(name).values()))

    @property
    def version(self) -> str:
        """The date of the newest file, as the status bar shows it."""
        return max(info.date for info in self.manifest.values()).isoformat()


def _size(part: Any) -> int:
    """Count a list of entries, a table of them by name, or one entry: a table that has a name of its own."""
    return len(part) if isinstance(part, list) or (isinstance(part, dict) and "zh" not in part) else 1


class UnitTable:
    """Units of dose, found by code or by any way they are typed."""

    def __init__(self, units: Iterable[model.DoseUnit]) -> None:
        self._all = tuple(units)
        self._by_code = {u.code: u for u in self._all}
        self._names = {
            normalise(name): u
            for u in reversed(self._all)
            for name in (u.code, u.name_zh, u.name_en, u.plural_en, *u.aliases)
        }

    def get(self, code: str) -> model.DoseUnit:
        """Give a unit. Raises KeyError for an unknown code."""
        return self._by_code[code]

    def parse(self, text: str) -> model.DoseUnit | None:
        """Read a unit as typed; None when it is none."""
        return self._by_code.get(text.strip()) or self._names.get(normalise(text))


@cache
def load(folder: Path | None = None) -> Knowledge:
    """Give the knowledge of this installation, single files replaced by those in `folder` (the site's own)."""
    return Knowledge(Sources(folder))


def search_phrases(knowledge: Knowledge, text: str, limit: int = 9) -> list[wording.Phrase]:
    """Find phrases whose mnemonic begins with, or whose text holds, what was typed."""
    wanted = normalise(text)
    first = [p for p in knowledge.phrases if p.mnemonic.startswith(wanted)]
    rest = [
        p for p in knowledge.phrases if p not in first and wanted in normalise(pick(p.text_zh, p.text_en))
    ]
    return (first + rest)[:limit]
