"""The registration module: who the patient is: identity, duplicates, allergy state at the desk."""
