"""A field that picks from a list already on this desk: a free bed, a doctor, a nurse. Down shows all, letters find."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ui.widgets.code_search import ROWS, Choice, CodeLineEdit, Deliver
from ui.widgets.fields import half_width
from workstation.terminology.pinyin import readings


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that can be picked. `keys` are further ways to type it."""

    id: str
    title: str
    detail: str = ""
    keys: tuple[str, ...] = ()


class PickField(CodeLineEdit):
    """Use: `set_options`, then `value()` gives the id of what is picked; typing anything else picks nothing."""

    def __init__(self, name: str, moved_on: Callable[[], object] | None = None) -> None:
        super().__init__(name, self._find, least=0, digits_pick=False)
        self._options: tuple[Option, ...] = ()
        self._picked = ""
        self._moved_on = moved_on
        self.picked.connect(self._take)
        self.textEdited.connect(self._forget)

    def set_options(self, options: Sequence[Option]) -> None:
        """Offer these; what was picked and is no longer offered is let go."""
        self._options = tuple(options)
        if self._picked and all(option.id != self._picked for option in options):
            self.set_value("")

    def options(self) -> tuple[Option, ...]:
        """Give what is offered."""
        return self._options

    def value(self) -> str:
        """Give the id of what is picked, or an empty text."""
        return self._picked

    def set_value(self, id_: str) -> None:
        """Pick an option by its id; an unknown one empties the field."""
        found = next((option for option in self._options if option.id == id_), None)
        self._picked = found.id if found is not None else ""
        self.setText(found.title if found is not None else "")

    def unclear(self) -> bool:
        """Say whether something is typed that picks nothing."""
        return bool(self.text().strip()) and not self._picked

    def show_all(self) -> None:
        """Show every option."""
        self.ask_again()

    def _take(self, choice: Choice) -> None:
        self.set_value(choice.key)
        if self._moved_on is not None:
            self._moved_on()

    def _forget(self, _text: str) -> None:
        self._picked = ""

    def _find(self, text: str, deliver: Deliver) -> None:
        wanted = half_width(text).casefold()
        found = [o for o in self._options if not wanted or any(k.startswith(wanted) for k in _keys(o))]
        deliver([Choice(o.id, o.title, o.detail) for o in found[:ROWS]], len(found))


def _keys(option: Option) -> list[str]:
    return [key.casefold() for key in (option.title, *option.keys) if key]


def person_option(id_: str, name: str, detail: str = "") -> Option:
    """Make an option of somebody's name, found by pinyin and initials too."""
    read = readings(name)
    return Option(id_, name, detail, (*read.full, *read.initials))
