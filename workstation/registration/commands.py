"""registration: commands."""
