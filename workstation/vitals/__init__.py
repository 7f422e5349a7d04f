"""Vital signs of a ward: rounds, what is due, corrections, and the temperature chart of a stay."""
