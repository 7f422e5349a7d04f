"""The parts of the orders page: the words and the writing of order lines, signed rows, stopping and taking back."""
