"""The parts of the sync centre."""
