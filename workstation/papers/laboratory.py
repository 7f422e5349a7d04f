"""The papers of the laboratory: the request slip and the labels of its tubes."""

from __future__ import annotations

from typing import Final

from workstation.core.clock import Clock
from workstation.core.errors import NotFound
from workstation.core.i18n import _, speaking
from workstation.core.settings import SITE_NAME
from workstation.laboratory.model import SlipOf
from workstation.laboratory.rows import RequestSlip, SlipLine, SpecimenLabel
from workstation.papers.common import (
    LOCALES,
    Filled,
    Language,
    PaperDesk,
    Print,
    allergens,
    allergies,
    minute,
    sex_word,
    stamp,
)
from workstation.printing.documents import Signer, Subject
from workstation.printing.documents_ward import RequestLine, RequestSlipPaper, TubeLabel, TubeLabels, Urgency

URGENCIES: Final[dict[str, Urgency]] = {"stat": "stat", "urgent": "urgent", "asap": "urgent"}


def request_slip(desk: PaperDesk, number: str, document: str, language: Language = "zh") -> Filled:
    """Fill the slip of a laboratory request. Raises NotFound."""
    with speaking(LOCALES[language]):
        slip: RequestSlip = desk.ask("laboratory.request-slip", SlipOf(number))
        subject = Subject(
            slip.name,
            sex_word(slip.sex),
            slip.age,
            slip.patient_number,
            inpatient=bool(slip.bed),
            allergies=allergies(desk, slip.patient, language),
        )
        paper = RequestSlipPaper(
            language=language,
            institution=desk.setting(SITE_NAME),
            number=slip.number,
            subject=subject,
            birth=slip.birth,
            visit_number=slip.visit_number,
            department=slip.department,
            bed=slip.bed,
            diagnoses=slip.diagnoses,
            tests=tuple(_test(line, desk.clock) for line in slip.lines),
            requester=Signer(slip.requester, minute(slip.ordered_at, desk.clock)),
            stamp=stamp(desk),
            urgency=URGENCIES.get(slip.priority, "routine"),
            note=slip.note,
            check_code=slip.digest,
            cancelled=slip.cancelled,
            reprint=desk.printed_before(document),
            synthetic=slip.synthetic,
        )
    return Filled(paper, (Print(document, slip.patient),))


def _test(line: SlipLine, clock: Clock) -> RequestLine:
    return RequestLine(
        line.name,
        line.specimen,
        line.tube,
        URGENCIES.get(line.priority, "routine"),
        line.fasting,
        line.note,
        line.specimens,
        line.collected_by,
        minute(line.collected_at, clock),
    )


def specimen_labels(desk: PaperDesk, numbers: tuple[str, ...], language: Language = "zh") -> Filled:
    """Fill the labels of the tubes of some requests, each tube once. Raises NotFound."""
    with speaking(LOCALES[language]):
        found: dict[str, SpecimenLabel] = {}
        for number in numbers:
            labels: tuple[SpecimenLabel, ...] = desk.ask("laboratory.labels", SlipOf(number))
            found |= {label.number: label for label in labels}
        if not found:
            raise NotFound(
                _("No tube of this request has a number yet."),
                _("Make the labels on the page of the specimens; then they can be printed."),
            )
        before = desk.printed_each(list(found))
        tubes = tuple(_tube(desk, label, before[label.number], language) for label in found.values())
    return Filled(TubeLabels(language, tubes), tuple(Print(x.number, x.patient) for x in found.values()))


def _tube(desk: PaperDesk, label: SpecimenLabel, printed: int, language: Language) -> TubeLabel:
    known, agents = allergens(desk, label.patient, language)
    return TubeLabel(
        barcode=label.number,
        subject=Subject(label.name, sex_word(label.sex), label.age, label.patient_number, allergies=known),
        place=label.place,
        specimen=label.specimen,
        tube=label.tube,
        tests=label.tests,
        labelled_at=minute(label.labelled_at, desk.clock),
        agents=agents,
        urgency=URGENCIES.get(label.priority, "routine"),
        reprint=printed,
        synthetic=label.synthetic,
    )
