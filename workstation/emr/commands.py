"""Everything that writes to the medical record; importing this file registers the commands."""

from workstation.emr.allergies import assert_no_known_allergy, record_allergy, refute_allergy
from workstation.emr.diagnoses import add_diagnosis, remove_diagnosis, reorder_diagnoses, set_certainty
from workstation.emr.notes import add_addendum, sign_note
from workstation.emr.vitals import record_pregnancy, record_vitals

__all__ = [
    "add_addendum",
    "add_diagnosis",
    "assert_no_known_allergy",
    "record_allergy",
    "record_pregnancy",
    "record_vitals",
    "refute_allergy",
    "remove_diagnosis",
    "reorder_diagnoses",
    "set_certainty",
    "sign_note",
]
