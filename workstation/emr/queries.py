"""emr: queries."""
