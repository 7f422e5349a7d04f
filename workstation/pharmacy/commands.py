"""pharmacy: commands."""
