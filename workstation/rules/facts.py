"""What the rules may look at: a frozen picture of one patient, the prescriber, and the sheet being written.

What is not known stays None or UNKNOWN; a rule that needs it then says "not checked" instead of guessing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class Visit(StrEnum):
    """Where the patient is seen."""

    OUTPATIENT = "outpatient"
    EMERGENCY = "emergency"
    INPATIENT = "inpatient"


class AllergyState(StrEnum):
    """What is known about allergies as a whole. NONE is an asserted "no known allergy", never an empty list."""

    KNOWN = "known"
    NONE = "none"
    UNKNOWN = "unknown"


class PregnancyState(StrEnum):
    """What was recorded about pregnancy."""

    UNKNOWN = "unknown"
    NO = "no"
    YES = "yes"


class Grade(StrEnum):
    """A doctor's grade; a chief outranks an attending, an attending a resident."""

    RESIDENT = "resident"
    ATTENDING = "attending"
    CHIEF = "chief"


class RxKind(StrEnum):
    """An ordinary prescription, a long-term one for a stable chronic illness (长期处方), or orders on a ward (医嘱).

    What the law asks of a prescription sheet does not concern orders; what a drug does to a patient does.
    """

    ORDINARY = "ordinary"
    LONG_TERM = "long-term"
    INPATIENT = "inpatient"


class Stage(StrEnum):
    """When the rules are asked: while signing, or again before handing out."""

    SIGN = "sign"
    DISPENSE = "dispense"


@dataclass(frozen=True, slots=True)
class Measured:
    """An observed value with its unit and day."""

    value: Decimal
    unit: str
    on: date


@dataclass(frozen=True, slots=True)
class Pregnancy:
    """Whether pregnant, and for how many weeks when that is known."""

    state: PregnancyState = PregnancyState.UNKNOWN
    weeks: int | None = None


@dataclass(frozen=True, slots=True)
class Allergy:
    """One recorded allergy. `code` is an allergen group or an ATC code (Knowledge.allergens); empty when free text.

    `criticality` as FHIR: high, low, unable-to-assess.
    `verification`: confirmed, unconfirmed, refuted, entered-in-error.
    """

    text: str
    code: str = ""
    criticality: str = ""
    reaction: str = ""
    verification: str = "unconfirmed"

    @property
    def counts(self) -> bool:
        """Whether it still stands: neither refuted nor a mistake."""
        return self.verification not in ("refuted", "entered-in-error")

    @property
    def severe(self) -> bool:
        """Whether it was immediate and dangerous: marked high, or the reaction says so."""
        words = (
            "休克",
            "喉头水肿",
            "喉水肿",
            "呼吸困难",
            "anaphyla",
            "angioedema",
            "血管性水肿",
            "Stevens",
            "剥脱",
            "TEN",
        )
        return self.criticality == "high" or any(
            word.casefold() in self.reaction.casefold() for word in words
        )


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A diagnosis by code (ICD-10, dots kept) and text; either may be empty."""

    code: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class ActiveMedication:
    """A drug the patient takes now or took within the last weeks, from another sheet or by history.

    `drug_id` is empty for a drug outside the catalogue; then only its ATC code counts. `ordered`: an order that runs
    on the ward now, so that the drug is given whatever the patient does.
    """

    drug_id: str
    atc: str
    name: str = ""
    dose: Decimal | None = None
    unit: str = ""
    frequency: str = ""
    route: str = ""
    start: date | None = None
    end: date | None = None
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Labs:
    """Latest results that rules use. eGFR mL/min/1.73 m2, creatinine μmol/L, potassium mmol/L, ALT U/L, QTc ms."""

    egfr: Measured | None = None
    creatinine: Measured | None = None
    potassium: Measured | None = None
    alt: Measured | None = None
    alt_upper: Decimal = Decimal(40)
    inr: Measured | None = None
    qtc: Measured | None = None


@dataclass(frozen=True, slots=True)
class SkinTest:
    """A skin test on record: allergen group (`penicillins`) or drug id, `negative` or `positive`, and when."""

    subject: str
    result: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Prescriber:
    """Who signs. `antibacterial` holds the grades granted beyond unrestricted: `restricted`, `special`."""

    practitioner_id: str
    grade: Grade = Grade.RESIDENT
    narcotic: bool = False
    antibacterial: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PainFile:
    """The file of a patient with cancer pain or moderate to severe chronic pain; `last_visit` is the last review."""

    opened: date
    last_visit: date


@dataclass(frozen=True, slots=True)
class Facts:
    """One patient at one moment, as the rules see him or her.

    `sex` as FHIR (male, female, other, unknown). `identity_document`: a number is on record; None: not looked up.
    `patient_practitioner_id`: the patient's own staff id, to find a doctor prescribing for himself.
    `hospital_level`: 1 to 3, 0 unknown. `anuria`, `preterm`: recorded findings; `contraception`: assessed and in place.
    """

    now: datetime
    birth_date: date | None = None
    sex: str = "unknown"
    weight: Measured | None = None
    height: Measured | None = None
    pregnancy: Pregnancy = field(default_factory=Pregnancy)
    lactating: bool | None = None
    contraception: bool = False
    allergies: tuple[Allergy, ...] = ()
    allergy_state: AllergyState = AllergyState.UNKNOWN
    diagnoses: tuple[Diagnosis, ...] = ()
    active_medications: tuple[ActiveMedication, ...] = ()
    labs: Labs = field(default_factory=Labs)
    skin_tests: tuple[SkinTest, ...] = ()
    visit: Visit = Visit.OUTPATIENT
    prescriber: Prescriber = field(default_factory=lambda: Prescriber(""))
    pain_file: PainFile | None = None
    identity_document: bool | None = None
    patient_practitioner_id: str = ""
    hospital_level: int = 0
    anuria: bool = False
    preterm: bool = False


@dataclass(frozen=True, slots=True)
class LineSkinTest:
    """The skin test of one line: "" (not said), required, exempt (with reason), negative or positive (with time)."""

    state: str = ""
    at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One line as written. `unit`, `route`, `frequency` are codes of the knowledge tables; `days` 0: not given.

    `group` joins lines of one infusion (0: none); `minutes` is its planned infusion time. `crushed` asks to crush,
    halve or give by tube; `overdose_reason` explains a dose above the label. `open_ended`: an order that runs until
    somebody stops it; its `days` count one.
    """

    line_id: str
    drug_id: str
    dose: Decimal
    unit: str
    route: str
    frequency: str
    days: int
    total_units: Decimal = Decimal(0)
    packs: int = 0
    group: int = 0
    skin_test: LineSkinTest = field(default_factory=LineSkinTest)
    prn: bool = False
    note: str = ""
    overdose_reason: str = ""
    minutes: int | None = None
    crushed: bool = False
    open_ended: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """The prescription being written, before it is split into sheets.

    `override_reason` is the emergency reason for an antibacterial above the prescriber's right; `consultation` says an
    expert agreed to a special one; `strict_assessment` that a long-term supply over 4 weeks was assessed on record.
    `agent_collects` and `agent_identified` are about whoever collects narcotics for the patient; `used_inside` says the
    drug is used up in the institution (None: not said). `signed_twice`: a second signature confirms an overdose.
    """

    lines: tuple[DraftLine, ...]
    kind: RxKind = RxKind.ORDINARY
    diagnoses: tuple[Diagnosis, ...] = ()
    extension_reason: str = ""
    valid_days: int = 1
    strict_assessment: bool = False
    override_reason: str = ""
    consultation: bool = False
    agent_collects: bool = False
    agent_identified: bool = False
    used_inside: bool | None = None
    signed_twice: bool = False
    stage: Stage = Stage.SIGN
    signed_at: datetime | None = None
