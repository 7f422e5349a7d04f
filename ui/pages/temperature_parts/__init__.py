"""The parts of the temperature chart page."""
