"""The labels of what was handed out, as one paper for the preview and the printer."""

from __future__ import annotations

from ui.desk_port import DeskPort
from ui.papers_port import Made
from workstation.core.errors import NotFound
from workstation.core.i18n import _, language
from workstation.core.settings import PHARMACY_PHONE, SITE_NAME
from workstation.pharmacy.model import LabelsOf
from workstation.pharmacy.rows import Label, SheetView
from workstation.printing.documents import Allergies, DispensingLabel, Language, Subject


def labels_pdf(desk: DeskPort, view: SheetView, since: str = "") -> Made:
    """Make the labels of a sheet in the language of the screen. Off the main thread; raises UserError."""
    from workstation.printing.preview import collate
    from workstation.printing.render import render

    request = LabelsOf(
        view.dispense_task or view.task,
        view.patient,
        "zh" if language() == "zh_CN" else "en",
        since,
        _("{hospital} pharmacy", hospital=desk.setting(SITE_NAME)).strip(),
        desk.setting(PHARMACY_PHONE),
    )
    found: tuple[Label, ...] = desk.ask("pharmacy.label", request)
    if not found:
        raise NotFound(_("Nothing was handed out yet."), _("Labels are made of what left the counter."))
    pdf = collate([render(document(label), allow_codes=True) for label in found])
    return Made(
        pdf,
        _("Labels {number}", number=view.number),
        f"labels/{view.number}",
        view.patient,
        file_name="labels.pdf",
    )


def document(label: Label) -> DispensingLabel:
    """Fill the label's form."""
    tongue: Language = "zh" if label.language == "zh" else "en"
    allergies = Allergies(label.allergies, label.allergies_known)
    return DispensingLabel(
        language=tongue,
        subject=Subject(label.name, label.sex, label.age, label.number, label.weight, allergies=allergies),
        drug=label.drug,
        strength=label.strength,
        quantity=label.quantity,
        directions=label.directions,
        dispensed_on=label.dispensed_on,
        pharmacy=label.pharmacy,
        phone=label.phone,
        timing=label.timing,
        cautions=label.cautions,
        use_before=label.use_before,
        number=label.sheet,
        synthetic=label.synthetic,
    )
