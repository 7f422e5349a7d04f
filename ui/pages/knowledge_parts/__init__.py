"""The parts of the knowledge page: its files, what stands in them, and one entry in full."""
