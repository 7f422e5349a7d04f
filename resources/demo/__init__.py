"""青囊示范医院: a small synthetic hospital, the same from the same seed, that looks real and is marked as not."""
