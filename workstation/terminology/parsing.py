"""Turns rows and tables of the knowledge files into frozen values. Raises KeyError or ValueError on a broken file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from workstation.terminology import model, sets, wording

Row = Mapping[str, str]
Table = Mapping[str, Any]


def split(text: str) -> tuple[str, ...]:
    """Split a cell that holds several values between semicolons."""
    return tuple(part.strip() for part in text.split(";") if part.strip())


def amount(text: str) -> Decimal | None:
    """Read a number, or None from an empty cell."""
    return Decimal(text) if text else None


def drug(row: Row) -> model.Drug:
    """Read one row of drugs.csv."""
    same = (
        "name_zh name_en ingredient_zh ingredient_en ingredient_initials inn form_zh form_en strength_text strength_zh"
        " strength_en strength_unit unit_zh unit_en pack_unit_zh pack_unit_en route frequency usual_adult_dose max_unit"
        " antibacterial_grade control_class skin_test pregnancy lactation renal allergy_group child_dose atc kind"
    )
    plain = {name: row[name] for name in same.split()}
    return model.Drug(
        id=row["id"],
        initials=split(row["initials"]),
        pinyin=split(row["pinyin"]),
        strength_value=Decimal(row["strength_value"]),
        volume_ml=amount(row["volume_ml"]),
        pack_size=int(row["pack_size"]),
        portion=model.Portion(row["portion"]),
        splittable=row["splittable"] == "1",
        application=amount(row["application"]),
        price=Decimal(row["price"]),
        price_is_synthetic=row["price_basis"] == "synthetic",
        essential=row["essential"] == "1",
        max_daily=amount(row["max_daily"]),
        grade_varies=row["grade_varies"] == "1",
        high_alert=row["high_alert"] == "1",
        min_age_years=amount(row["min_age_years"]),
        caution=row["hepatic_elderly_other"],
        child_max_mg_kg_day=amount(row["child_max_mg_kg_day"]),
        flags=split(row["flags"]),
        **plain,
    )


def diagnosis(row: Row) -> model.Diagnosis:
    """Read one row of diagnoses.csv."""
    return model.Diagnosis(
        row["code"],
        row["name_zh"],
        row["name_en"],
        split(row["pinyin"]),
        split(row["initials"]),
        int(row["rank"]),
        row["notifiable"],
        split(row["aliases"]),
    )


def allergen(table: Table) -> model.Allergen:
    """Read one [[allergen]] of allergens.toml."""
    cross = tuple(
        model.CrossReactivity(c["group"], c["level"], bool(c.get("only_severe", False)))
        for c in table.get("cross", ())
    )
    return model.Allergen(
        table["code"],
        table["zh"],
        table["en"],
        table["kind"],
        tuple(table.get("initials", ())),
        tuple(table.get("aliases", ())),
        tuple(table.get("atc", ())),
        cross=cross,
    )


def ingredient(product: model.Drug) -> model.Allergen:
    """Make the ingredient of a product something one can be allergic to, coded by its ATC code."""
    return model.Allergen(
        product.atc or product.id,
        product.ingredient_zh,
        product.ingredient_en,
        "ingredient",
        (product.ingredient_initials,),
        (product.inn,) if product.inn != product.ingredient_en else (),
        (product.atc,) if product.atc else (),
        product.allergy_group,
    )


def frequency(table: Table) -> model.Frequency:
    """Read one [[frequency]] of frequencies.toml."""
    return model.Frequency(
        table["code"],
        table["zh"],
        table["en"],
        model.FrequencyKind(table.get("kind", "regular")),
        table.get("count", 1),
        table.get("period", 1),
        table.get("unit", "d"),
        table.get("max_per_day", 0),
        tuple(table["times"]),
        tuple(table["aliases"]),
        table.get("cv", "99"),
    )


def route(table: Table) -> model.Route:
    """Read one [[route]] of routes.toml."""
    return model.Route(
        table["code"],
        table["zh"],
        table["en"],
        table["cv"],
        table["kind"],
        table.get("iv", False),
        tuple(table["aliases"]),
    )


def unit(table: Table) -> model.DoseUnit:
    """Read one [[unit]] of units.toml."""
    return model.DoseUnit(
        table["code"],
        table["zh"],
        table["en"],
        table.get("plural", table["en"]),
        table["spoken_zh"],
        table["spoken_en"],
        table["dimension"],
        Decimal(table["factor"]),
        tuple(table.get("aliases", ())),
    )


def template(row: Row) -> model.DoseTemplate:
    """Read one row of dose_templates.csv."""
    return model.DoseTemplate(
        row["drug_id"],
        int(row["rank"]),
        Decimal(row["dose"]),
        row["unit"],
        row["route"],
        row["frequency"],
        int(row["days"]),
    )


def interaction(row: Row) -> model.Interaction:
    """Read one row of interactions.csv."""
    same = "id kind a_zh a_en b_zh b_en effect_zh effect_en management_zh management_en level source"
    return model.Interaction(
        a_atc=split(row["a_atc"]),
        b_atc=split(row["b_atc"]),
        severity=int(row["severity"]),
        **{name: row[name] for name in same.split()},
    )


def rule(row: Row) -> model.Rule:
    """Read one row of rules.csv."""
    same = "id category title_zh title_en message_zh message_en basis_zh basis_en tag status reason"
    return model.Rule(
        tier=int(row["tier"]),
        overridable=row["overridable"] == "1",
        second_signature=row["second_signature"] == "1",
        **{name: row[name] for name in same.split()},
    )


def prescription_set(table: Table) -> sets.PrescriptionSet:
    """Read one [[set]] of prescription_sets.toml."""
    return sets.PrescriptionSet(
        table["code"],
        table["zh"],
        table["en"],
        tuple(table["initials"]),
        tuple(table["diagnoses"]),
        table["age_from"],
        table.get("age_to", 0),
        table.get("kind", "ordinary") == "long-term",
        table["source_zh"],
        table["source_en"],
        tuple(map(_set_line, table["line"])),
    )


def _set_line(table: Table) -> sets.SetLine:
    return sets.SetLine(
        table["drug"],
        amount(table.get("dose", "")),
        table["unit"],
        table["route"],
        table["frequency"],
        table["days"],
        amount(table.get("per_kg", "")),
        Decimal(table.get("step", "1")),
        amount(table.get("most", "")),
    )


def note_template(table: Table) -> wording.NoteTemplate:
    """Read one [[template]] of note_templates.toml."""
    return wording.NoteTemplate(
        table["id"],
        table["zh"],
        table["en"],
        table.get("diagnosis", ""),
        table["initials"],
        tuple(table["sections_zh"].items()),
        tuple(table["sections_en"].items()),
    )


def skin_test(table: Table) -> wording.SkinTest:
    """Read one [[test]] of skin_tests.toml."""
    first, last = table["read_after_minutes"]
    same = (
        "name_zh name_en required concentration_zh concentration_en positive_zh positive_en basis_zh basis_en"
    )
    return wording.SkinTest(
        code=table["code"],
        valid_hours=table["valid_hours"],
        read_after_minutes=(first, last),
        **{name: table[name] for name in same.split()},
    )


def coded(tables: Iterable[Table]) -> tuple[wording.Coded, ...]:
    """Read a list of codes with names; whatever else a table holds becomes its detail, as text."""
    main = ("code", "zh", "en", "initials")
    return tuple(
        wording.Coded(
            t["code"],
            t["zh"],
            t["en"],
            t.get("initials", ""),
            tuple((k, str(v)) for k, v in t.items() if k not in main),
        )
        for t in tables
    )


def file_info(name: str, table: Table, replaced: bool) -> wording.FileInfo:
    """Read what manifest.toml says about a file."""
    return wording.FileInfo(
        name,
        table["zh"],
        table["en"],
        table["version"],
        date.fromisoformat(table["date"]),
        table["source_zh"],
        table["source_en"],
        bool(table["confirmed"]),
        replaced,
    )
