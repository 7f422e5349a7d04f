"""Read-only knowledge with search: drugs, diagnoses, allergens, frequencies, rules and phrases, with versions."""
