"""Vital signs of a ward and the temperature chart."""
