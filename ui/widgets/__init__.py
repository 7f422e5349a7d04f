"""The reused parts of every screen."""
