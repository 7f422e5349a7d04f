"""The emr module: the outpatient record: notes, diagnoses, allergies, vital signs."""
