"""The text front end: the same desk, hub and sync for scripts and support staff. No Qt but in `window`."""
