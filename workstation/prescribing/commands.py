"""prescribing: commands."""
