"""queue: queries."""
