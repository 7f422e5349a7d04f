"""The line editor that prescriptions and inpatient orders are written with: hands stay on the keyboard.

`panel.LinePanel` is what a host builds on: it gives the words of its lines (`words`), how they are written (`entry`)
and the acts that help against alerts (`bench`). The rest is the same for all: `model` (lines with undo), `grid` and
`delegate` (the table), `editing` and `editors` (one cell at a time), `live` (checks while typing), `cards` and
`strip` (alerts), `signing` (what stands before a signature).
"""
