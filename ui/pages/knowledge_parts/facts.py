"""One labelled fact about an entry; with a state it is shown as a chip."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and its text. `state` is a rung of the status ladder, empty for plain text."""

    label: str
    text: str
    state: str = ""
