"""The budgets of the product, measured: as ratios, or with the machine stated. Run by `make bench`."""
