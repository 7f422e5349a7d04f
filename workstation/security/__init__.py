"""Who may do what, and the keys that keep everyone else out."""
