"""pharmacy: queries."""
