"""Stays: admission, beds, transfer, discharge, and the ward board."""
