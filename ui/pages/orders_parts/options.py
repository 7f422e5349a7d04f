"""The draft of orders: the lines, and what is said about them as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from ui.pages.line_editor.options import LineOptions
from workstation.medication.model import MedicineLine
from workstation.orders.model import OrderLine, OrdersDraft

DRAFT_KIND: Final = "orders"


def request_of(
    patient: str, encounter: str, lines: Sequence[MedicineLine], options: LineOptions
) -> OrdersDraft:
    """Make the request that checks or signs."""
    return OrdersDraft(
        patient,
        encounter,
        tuple(line for line in lines if isinstance(line, OrderLine)),
        overrides=dict(options.overrides),
        emergency_reason=options.emergency_reason,
        consultation=options.consultation,
        signed_twice=options.signed_twice,
        draft_kind=DRAFT_KIND,
    )


def to_body(lines: Sequence[MedicineLine], options: LineOptions) -> dict[str, Any]:
    """Write a draft as plain JSON."""
    body: dict[str, Any] = msgspec.to_builtins({"lines": list(lines), "options": options})
    return body


def from_body(body: Mapping[str, Any]) -> tuple[tuple[OrderLine, ...], LineOptions]:
    """Read a draft back; one written by an older version keeps what can be read of it."""
    lines = msgspec.convert(body.get("lines", ()), tuple[OrderLine, ...])
    return lines, msgspec.convert(body.get("options", {}), LineOptions)
