"""The demo school: generated, seeded, the same each time, and as of today."""
