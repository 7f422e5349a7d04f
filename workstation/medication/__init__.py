"""A line of medicine, whoever writes it: typed, completed, checked, worded, said in FHIR."""
