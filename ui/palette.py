"""The one box that finds everything (Ctrl+K): `@` patients, `#` orders and drugs, `>` commands, `?` help, else all.

It is a child of the window and not a pop-up, because Chinese input methods fail in pop-ups.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.actions import Action, Actions, label
from ui.style import panel
from ui.theme import theme
from ui.widgets.code_search import ROWS, Choice, CodeLineEdit, Deliver
from ui.widgets.input_method import set_input_method
from ui.widgets.labels import label as text_label
from ui.widgets.overlay import Overlay
from ui.widgets.table_model import Badge
from workstation.core.i18n import _

PREFIXES = "@#>?"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that can be found. `title` of a patient always holds name, sex, birth date and number."""

    key: str
    title: str
    run: Callable[[], object]
    detail: str = ""
    hint: str = ""
    badges: tuple[Badge, ...] = ()


Found = Callable[[Sequence[Item], int], None]


class Provider(Protocol):
    """Finds things of one kind. `prefix` is one of `@ # > ?`."""

    @property
    def prefix(self) -> str:
        """Give the sign that asks for this kind alone."""

    def search(self, text: str, found: Found) -> None:
        """Look for a text (never empty) and call `found(items, total)`, now or later, on the main thread."""


class CommandProvider:
    """Finds the actions that can be used here and now, by their name in either language."""

    def __init__(self, actions: Actions, patient: Callable[[], str], prefix: str = ">") -> None:
        self._actions, self._patient, self.prefix = actions, patient, prefix

    def search(self, text: str, found: Found) -> None:
        """Look for commands; those for a patient say whom they are for, and are absent when no chart is open."""
        wanted, who = text.casefold(), self._patient()
        items = [
            self._item(action, who)
            for action in self._actions.live()
            if action.id != "palette.open"
            and action.enabled()
            and (who or not action.patient_bound)
            and _fits(wanted, action)
        ]
        found(items[:ROWS], len(items))

    def _item(self, action: Action, who: str) -> Item:
        detail = _("for {name}", name=who) if action.patient_bound else ""
        return Item(action.id, label(action), action.run, detail, self._actions.hint(action.id))


def _fits(wanted: str, action: Action) -> bool:
    """Compare with the starts of words, with the Chinese title anywhere, and with its pinyin."""
    shown = label(action).casefold()
    if not wanted.isascii():
        return wanted in shown
    words = [*shown.split(), *action.title.casefold().split(), *_initials(shown)]
    return any(word.startswith(wanted) for word in words)


def _initials(text: str) -> tuple[str, ...]:
    from workstation.terminology.pinyin import readings  # loads its tables at the first search

    found = readings(text)
    return tuple(found.full) + tuple(found.initials)


class Palette(Overlay):
    """The box and its list."""

    def __init__(self, host: QWidget, providers: Callable[[], Sequence[Provider]]) -> None:
        super().__init__(host)
        self._providers = providers
        self.setAccessibleName(_("Search or command"))
        t = theme()
        self.box = QWidget(self)
        rows = QVBoxLayout(self.box)
        rows.setContentsMargins(t.px(12), t.px(12), t.px(12), t.px(10))
        self.field = CodeLineEdit(_("Search or command"), self._search, digits_pick=False)
        set_input_method(self.field, on=True)
        self.field.setPlaceholderText(_("Name, pinyin initials, number, code or command"))
        self.field.picked.connect(self._picked)
        self.field.cancelled.connect(self.cancel)
        rows.addWidget(self.field)
        kinds = f"@ {_('patients')}   # {_('orders and drugs')}   > {_('commands')}   ? {_('help')}"
        rows.addWidget(text_label(kinds, "hint", color="label"))
        self._question = 0
        self._items: dict[str, Item] = {}

    def open_with(self, text: str = "") -> None:
        """Open with a text, for example a prefix."""
        self.field.setText(text)
        self.open()

    def first_focus(self) -> QWidget | None:
        """Start in the box."""
        return self.field

    def showEvent(self, event: QShowEvent) -> None:
        """Stand in the upper middle."""
        super().showEvent(event)
        width = min(theme().px(640), self.width() - theme().px(32))
        self.box.setFixedWidth(width)
        self.box.adjustSize()
        self.box.move((self.width() - width) // 2, theme().px(4))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the panel over the dimmed window."""
        super().paintEvent(event)
        t = theme()
        panel(QPainter(self), QRectF(self.box.geometry()), t.color("surface"), t.color("control"), t.px(8))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close with Esc or with the key that opened it."""
        if event.key() == Qt.Key.Key_K and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.cancel()
            event.accept()
        else:
            super().keyPressEvent(event)

    def _search(self, text: str, deliver: Deliver) -> None:
        prefix = text[0] if text[0] in PREFIXES else ""
        wanted = text[len(prefix) :].strip()
        self._question += 1
        self._items = {}
        if not wanted:
            deliver((), 0)
            return
        gathered = _Gathered(self._question, deliver)
        for provider in self._providers():
            if provider.prefix == (prefix or provider.prefix) and (prefix or provider.prefix != "?"):
                provider.search(wanted, partial(self._found, gathered))

    def _found(self, gathered: _Gathered, items: Sequence[Item], total: int) -> None:
        """Add what one provider found; the list keeps its order, later answers stand below."""
        if gathered.question != self._question:
            return
        gathered.total += total
        for item in items:
            gathered.choices.append(
                Choice(item.key, item.title, item.detail, item.hint, badges=item.badges, data=item)
            )
        gathered.deliver(gathered.choices[:ROWS], gathered.total)

    def _picked(self, choice: Choice) -> None:
        self.field.clear()
        self.dismiss()
        if isinstance(choice.data, Item):
            choice.data.run()

    def dismiss(self) -> None:
        """Close and forget what was typed: it may be a name."""
        self.field.close_list()
        self.field.clear()
        super().dismiss()


class _Gathered:
    """What the providers have found for one question so far."""

    def __init__(self, question: int, deliver: Deliver) -> None:
        self.question, self.deliver = question, deliver
        self.choices: list[Choice] = []
        self.total = 0
