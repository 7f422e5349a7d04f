"""Everything that writes vital signs of a ward; importing this file registers the commands."""

from workstation.vitals.correcting import add_event, correct, remove_event
from workstation.vitals.recording import not_measured, record_cooling, record_round

__all__ = ["add_event", "correct", "not_measured", "record_cooling", "record_round", "remove_event"]
