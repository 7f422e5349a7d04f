"""The prescribing module: prescriptions: write, check, sign, stop."""
