"""The queue module: who is seen next: tickets, calling, skipping, parking."""
