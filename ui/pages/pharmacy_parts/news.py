"""What changed on a sheet in somebody's hands, in words; and what waits behind the bar until it is looked at."""

from __future__ import annotations

from dataclasses import dataclass

from workstation.core.i18n import _
from workstation.pharmacy.rows import SheetView
from workstation.pharmacy.sheet import STOPPED
from workstation.pharmacy.wording import state_text


@dataclass(slots=True)
class Held:
    """A newer state of the open sheet, held back."""

    view: SheetView | None = None
    text: str = ""

    def clear(self) -> None:
        """Forget it."""
        self.view, self.text = None, ""


def changes_in(old: SheetView, new: SheetView) -> str:
    """Say what is different between two states of one sheet where it matters to a hand; else an empty text."""
    found = []
    before = {line.line: line for line in old.lines}
    for line in new.lines:
        was = before.get(line.line)
        if was is None:
            found.append(_("line {number} is new", number=line.number))
        elif was.status != line.status:
            stopped = _("line {number} was stopped", number=line.number)
            found.append(
                stopped if line.status in STOPPED else _("line {number} changed", number=line.number)
            )
        elif was.handed_out != line.handed_out:
            found.append(_("line {number}: {amount} is out", number=line.number, amount=line.handed_out))
    if len(new.messages) > len(old.messages):
        found.append(_("a message came"))
    if old.state is not new.state:
        found.append(state_text(new.state))
    if {a.fingerprint for a in old.prescreen.alerts} != {a.fingerprint for a in new.prescreen.alerts}:
        found.append(_("the automatic check says something else"))
    return " · ".join(found)
