"""Moves units between a desk and its centre; has no clinical opinions."""
