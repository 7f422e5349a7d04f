"""The pharmacy module: the counter: review, dispense, stock."""
