"""emr: commands."""
