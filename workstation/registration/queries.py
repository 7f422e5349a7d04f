"""registration: queries."""
