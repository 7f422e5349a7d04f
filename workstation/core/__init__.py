"""What every other part stands on: errors, events, time, settings, language."""
