"""The embedded centre: a narrow but correct FHIR R4 server on one encrypted SQLite file.

For a demo, a test, a clinic or a small hospital of up to about fifty desks. What outgrows it moves to a larger
server (`hub export`); nothing in a desk knows that this server is ours.
"""
