"""What the consultation asks of its prescription region, so that one F12 signs note and prescription together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from PySide6.QtWidgets import QWidget

from workstation.emr.rows import VisitRecord


class RxRegion(Protocol):
    """The prescription region: it keeps its own draft and its own checks; the page signs."""

    sign_requested: Any
    changed: Any

    def load(self) -> None:
        """Ask for everything it shows."""

    def refresh(self) -> None:
        """Ask again after a change."""

    def flush(self) -> None:
        """Keep the draft now."""

    def draft_lines_count(self) -> int:
        """Give how many lines are written and not signed."""

    def blockers(self) -> Sequence[str]:
        """Give what must be dealt with before signing, the first thing first."""

    def review_lines(self) -> Sequence[str]:
        """Give every line to sign as a full medication line."""

    def sign_request(self) -> object:
        """Give the request of `prescribing.sign`."""

    def signed(self) -> None:
        """Hear that the lines were signed."""

    def refused(self, error: Exception) -> None:
        """Hear that signing was refused, and show why in place."""

    def focus_entry(self) -> None:
        """Put the focus where the next line is written."""

    def widget(self) -> QWidget:
        """Give the widget to show."""

    def show_record(self, record: VisitRecord) -> None:
        """Take what the visit holds."""
