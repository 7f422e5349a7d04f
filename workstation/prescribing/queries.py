"""prescribing: queries."""
