"""What can be done in a consultation, as actions; the keys stand in resources/keymap.toml under [page.outpatient]."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from ui.actions import Action
from workstation.security.permissions import Permission

if TYPE_CHECKING:
    from ui.pages.outpatient import OutpatientPage

SUMMARY: Final = 1
NOTE: Final = 2
DIAGNOSES: Final = 3
PRESCRIPTION: Final = 4
ROWS: Final = (
    "Condition",
    "Observation",
    "AllergyIntolerance",
    "MedicationRequest",
    "Composition",
    "Encounter",
    "ServiceRequest",
    "Specimen",
    "DiagnosticReport",
)


def actions_of(page: OutpatientPage) -> list[Action]:
    """Give the actions of the consultation page."""
    note, p = page.note, Permission
    return [
        Action("note.open", "Medical record", partial(page.go, NOTE), p.NOTE_WRITE, patient_bound=True),
        Action(
            "diagnosis.add", "Diagnosis", partial(page.go, DIAGNOSES), p.DIAGNOSIS_RECORD, patient_bound=True
        ),
        Action("prescription.open", "Prescription", partial(page.go, PRESCRIPTION), patient_bound=True),
        Action("work.sign", "Sign", page.sign, p.NOTE_SIGN, patient_bound=True),
        Action("vitals.enter", "Vital signs", page.enter_vitals, p.VITALS_RECORD, patient_bound=True),
        Action("allergy.open", "Allergies", page.open_allergies, p.ALLERGY_RECORD, patient_bound=True),
        Action("document.preview", "Preview", page.preview, p.DOCUMENT_PRINT, patient_bound=True, hint=False),
        Action(
            "stay.admit",
            "Admit to a ward",
            partial(_admit, page),
            p.STAY_MANAGE,
            patient_bound=True,
            hint=False,
        ),
        Action("note.template", "Template", note.open_picker, p.NOTE_WRITE, hint=False),
        Action("note.copy-forward", "Copy the last note", note.copy_forward, p.NOTE_WRITE, hint=False),
        Action("note.refresh-values", "Refresh values", note.refresh_pulls, p.NOTE_WRITE, hint=False),
        Action("note.addendum", "Addendum", page.start_addendum, p.NOTE_SIGN, hint=False),
    ]


def _admit(page: OutpatientPage) -> None:
    """Open the admission of the patient in front; the visit's diagnoses are taken over."""
    from ui.pages.ward_parts.acts import StayActs
    from ui.pages.ward_parts.admit_sheet import Whom

    about = page.about
    StayActs(page, lambda _encounter: page.refresh()).admit(Whom(about.id, about.name, about.encounter))
