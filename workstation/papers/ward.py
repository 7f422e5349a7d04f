"""The papers of a stay: wristband, order sheets, infusion labels, temperature chart."""

from __future__ import annotations

from datetime import date
from typing import Final

from workstation.core.clock import Clock
from workstation.core.errors import Invalid, NotFound
from workstation.core.i18n import _, pick, speaking
from workstation.core.settings import SITE_NAME
from workstation.fhir.resources import parse_date, synthetic
from workstation.inpatient.model import AskStay
from workstation.inpatient.rows import Wristband
from workstation.nursing.model import LabelsDue
from workstation.nursing.rows import InfusionLabel, LabelLine
from workstation.orders.model import AskSheet, OrderSheet, OrderSheetRow, OrderState, OrderTerm
from workstation.papers.common import (
    LOCALES,
    Filled,
    Language,
    PaperDesk,
    Print,
    allergens,
    allergies,
    minute,
    patient_of,
    sex_word,
    stamp,
)
from workstation.printing.documents import Allergies, GroupMark, Signer, Subject, TemperatureChart
from workstation.printing.documents_ward import (
    Band,
    BottleLabel,
    BottleLabels,
    BottleLine,
    OrderEntry,
    OrderSheetPaper,
    SkinTestMark,
    WristbandPaper,
)
from workstation.printing.line_break import unbroken
from workstation.printing.names import read_name
from workstation.vitals.model import AskChart

INFANT: Final = 366
"""Days of age below which the small band is printed."""

ATTRIBUTE: Final = " — "
SHORT_ATTRIBUTE: Final = 24
"""Characters of an attribute that stay on one line; a longer one is a note in free words."""

GROUP_MARKS: Final[dict[str, GroupMark]] = {"┌": "first", "│": "middle", "└": "last"}
SKIN_TESTS: Final[dict[str, SkinTestMark]] = {
    "required": "required",
    "exempt": "exempt",
    "negative": "negative",
    "positive": "positive",
}


def temperature_chart(
    desk: PaperDesk, document: str, language: Language = "zh"
) -> tuple[TemperatureChart, str]:
    """Fill a page of the temperature chart of a stay; gives it with the patient's id. Raises NotFound, Invalid."""
    encounter, page = read_name(document).parts
    patient = patient_of(desk, encounter)
    if not page.isdecimal():
        raise Invalid(_("Which page of the temperature chart? Name its number."), field="page")
    found = desk.ask("vitals.chart", AskChart(patient, encounter, int(page), LOCALES[language]))
    with speaking(LOCALES[language]):
        printed = desk.printed_before(document)
        return TemperatureChart(language, desk.setting(SITE_NAME), found, stamp(desk), printed), patient


def wristband(desk: PaperDesk, encounter: str, document: str, language: Language = "zh") -> Filled:
    """Fill the wristband of a stay. Raises NotFound, Invalid."""
    patient = patient_of(desk, encounter)
    with speaking(LOCALES[language]):
        found: Wristband = desk.ask("inpatient.wristband", AskStay(patient, encounter))
        known, agents = allergens(desk, patient, language)
        paper = WristbandPaper(
            language=language,
            institution=desk.setting(SITE_NAME),
            subject=Subject(
                found.name, sex_word(found.sex), found.age, found.stay_number, inpatient=True, allergies=known
            ),
            birth=found.birth,
            patient_number=found.patient_number,
            department=found.department,
            ward=found.ward,
            bed=found.bed,
            since=minute(found.since, desk.clock)[:10],
            agents=agents,
            blood_type=found.blood_type,
            band=_band(found.birth, desk.clock.now().date()),
            reprint=desk.printed_before(document),
            synthetic=_synthetic(desk, patient),
        )
    return Filled(paper, (Print(document, patient),))


def _band(birth: str, today: date) -> Band:
    born = parse_date(birth)
    return "infant" if born is not None and (today - born).days < INFANT else "adult"


def _synthetic(desk: PaperDesk, patient: str) -> bool:
    with desk.store.reader() as reader:
        return synthetic(reader.get("Patient", patient))


# --- order sheets


def order_sheet(
    desk: PaperDesk, encounter: str, term: OrderTerm, document: str, language: Language = "zh"
) -> Filled:
    """Fill the long-term or the stat order sheet of a stay. Raises NotFound."""
    found: OrderSheet = desk.ask("orders.sheet-data", AskSheet(encounter, term, LOCALES[language]))
    person = found.person
    with speaking(LOCALES[language]):
        paper = OrderSheetPaper(
            language=language,
            institution=desk.setting(SITE_NAME),
            term="stat" if found.term is OrderTerm.STAT else "long-term",
            subject=Subject(
                person.name,
                sex_word(person.sex),
                person.age,
                found.number,
                inpatient=True,
                allergies=allergies(desk, person.id, language),
            ),
            department=found.department,
            ward=found.ward,
            bed=found.bed,
            admitted_on=minute(found.admitted_on, desk.clock)[:10],
            entries=tuple(_entry(row, desk.clock) for row in found.rows),
            stamp=stamp(desk),
            reprint=desk.printed_before(document),
            synthetic=found.synthetic,
        )
    return Filled(paper, (Print(document, person.id),))


def _entry(row: OrderSheetRow, clock: Clock) -> OrderEntry:
    remarks = {OrderState.UNUSED.value: pick("未用", "not used")}
    remarks[OrderState.NOT_DONE.value] = pick("未执行", "not carried out")
    return OrderEntry(
        start=minute(row.start, clock),
        content=_held_together(row.content),
        group=GROUP_MARKS.get(row.group, ""),
        doctor=row.doctor,
        executed_at=minute(row.executed_at, clock),
        nurse=row.nurse,
        stop=minute(row.stop, clock),
        stop_doctor=row.stop_doctor,
        stop_nurse=row.stop_nurse,
        void=Signer(row.void_by, minute(row.void_at, clock)) if row.void else None,
        skin_test=row.skin_test,
        remark=remarks.get(row.state, ""),
    )


def _held_together(content: str) -> str:
    """Make the attributes of an order unbreakable; the name before them may be parted."""
    name, *attributes = content.split(ATTRIBUTE)
    held = (unbroken(text) if len(text) <= SHORT_ATTRIBUTE else text for text in attributes)
    return ATTRIBUTE.join((name, *held))


# --- infusion labels


def infusion_labels(desk: PaperDesk, parts: tuple[str, ...], language: Language = "zh") -> Filled:
    """Fill the labels of a ward's infusions due in a stretch of time. Raises NotFound, Invalid."""
    ward, since, until = parts[:3]
    request = LabelsDue(ward, since, until, parts[3] if len(parts) > 3 else "", LOCALES[language])
    found: tuple[InfusionLabel, ...] = desk.ask("nursing.labels-due", request)
    if not found:
        raise NotFound(
            _("No infusion is due in this time that has no record yet."),
            _("Labels are made of verified orders; look whether some still wait to be verified."),
        )
    before = desk.printed_each([label.barcode for label in found])
    with speaking(LOCALES[language]):
        labels = tuple(_bottle(label, desk.clock, before[label.barcode]) for label in found)
    paper = BottleLabels(language, desk.setting(SITE_NAME), labels)
    return Filled(paper, tuple(Print(label.barcode, label.patient) for label in found))


def _bottle(label: InfusionLabel, clock: Clock, printed: int) -> BottleLabel:
    none = pick("无已知过敏", "No known allergies") if label.allergies_known else ""
    return BottleLabel(
        barcode=label.barcode,
        subject=Subject(
            label.name,
            sex_word(label.sex),
            label.age,
            label.stay_number,
            inpatient=True,
            allergies=Allergies(label.allergies or none, bool(label.allergies)),
        ),
        ward=label.ward,
        bed=label.bed,
        planned=minute(label.planned, clock),
        place=label.place,
        places=label.places,
        batch=label.batch,
        lines=tuple(map(_bottle_line, label.lines)),
        route=label.route,
        frequency=label.frequency,
        drip_rate=label.drip_rate,
        minutes=str(label.minutes) if label.minutes else "",
        from_light=label.from_light,
        high_alert=label.high_alert,
        skin_test=SKIN_TESTS.get(label.skin_test, ""),
        note=label.note,
        reprint=printed,
        synthetic=label.synthetic,
    )


def _bottle_line(line: LabelLine) -> BottleLine:
    return BottleLine(line.name, line.strength, line.dose, line.quantity, line.solvent, line.high_alert)
