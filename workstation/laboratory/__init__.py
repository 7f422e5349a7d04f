"""Laboratory orders, specimens, results, critical values."""
