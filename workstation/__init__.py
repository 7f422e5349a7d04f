"""The hospital without a screen or a socket: records, rules, store and papers of one desk."""
