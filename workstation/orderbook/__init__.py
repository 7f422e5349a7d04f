"""Inpatient orders as they stand in the record, and the doses that follow from them."""
