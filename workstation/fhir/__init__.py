"""FHIR R4 as plain JSON: helpers that read and write it and never lose an element they do not know."""
