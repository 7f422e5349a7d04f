"""Inpatient orders: written, checked, signed, stopped, voided."""
