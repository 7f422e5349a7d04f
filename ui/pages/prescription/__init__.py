"""Prescriptions written with the line editor (`ui.pages.line_editor`): days, packs, prices, sheets, sets.

`panel.RxPanel` is what a page hosts. Its parts: `words` and `entry` (its own columns), `remedies` (what helps against
an alert), `signed` (the sheets of the visit), `offers` (last prescription, sets).
"""
