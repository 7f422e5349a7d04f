"""What nurses do with orders: verify them, carry them out, record what happened."""
