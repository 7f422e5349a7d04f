"""The prescription line editor: hands stay on the keyboard, checks run behind, nothing is ever set silently.

`panel.RxPanel` is what a page hosts. Its parts: `model` (lines with undo), `grid` and `delegate` (the table),
`editors` (one cell each), `live` (checks while typing), `cards` (alerts), `repeat` and `reasons` (sheets).
"""
