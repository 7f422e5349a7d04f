"""The parts of the vital signs page."""
