"""queue: commands."""
