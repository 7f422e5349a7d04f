"""The parts of the pharmacist's page."""
