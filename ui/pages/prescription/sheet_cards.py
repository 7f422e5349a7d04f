"""What comes back from the pharmacy about signed sheets: a question to answer, a refusal to write anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ui.pages.line_editor.strip import CardSpec
from ui.widgets.alerts import AlertView
from ui.widgets.banner_strip import Choice
from workstation.core.i18n import _
from workstation.prescribing.rows import Sheet, SheetState


def sheet_cards(
    sheets: Sequence[Sheet], answer: Callable[[Sheet], None], rewrite: Callable[[Sheet], None]
) -> list[CardSpec]:
    """Give a card for every sheet that waits for its prescriber."""
    cards: list[CardSpec] = []
    for sheet in sheets:
        if sheet.state is SheetState.QUERIED:
            asked = next((m for m in reversed(sheet.messages) if not m.mine), None)
            text = f"{asked.author}：{asked.text}" if asked is not None else sheet.state_reason
            view = AlertView(2, _("Pharmacist asks"), text, sheet.number, key=f"asked-{sheet.task}-{text}")
            cards.append(CardSpec(view, (Choice(_("Answer…"), _on(answer, sheet)),)))
        elif sheet.state is SheetState.REFUSED:
            view = AlertView(
                2, _("Refused by the pharmacy"), sheet.state_reason, sheet.number, key=f"refused-{sheet.task}"
            )
            cards.append(CardSpec(view, (Choice(_("Write it anew"), _on(rewrite, sheet)),)))
    return cards


def _on(act: Callable[[Sheet], None], sheet: Sheet) -> Callable[[], None]:
    return lambda: act(sheet)
