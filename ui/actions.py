"""Everything a person can do, as data: menus, hints, palette, help, permissions and keys come from one list.

The keys themselves are caught here and nowhere else. A text field would otherwise claim some of them, and an
input method must never lose one while it composes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QInputMethodEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from ui.keymap import PORTABLE, Keymap, shown
from workstation.core.i18n import _
from workstation.security.permissions import Actor, Permission

EDITORS: Final = (QLineEdit, QTextEdit, QPlainTextEdit, QAbstractSpinBox)
COMMAND_MODIFIERS: Final = (
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
)


def always() -> bool:
    """Say yes."""
    return True


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a person can do.

    `title` is the English text, translated when shown. `permission` only mirrors what the core checks.
    `patient_bound` acts on the front chart: such an action is absent while no chart is open.
    `hint` lists it among the F-keys of the status bar. `icon` is a Lucide name. While not `enabled`, its key goes to
    the widget in focus.
    """

    id: str
    title: str
    run: Callable[[], None]
    permission: Permission | None = None
    enabled: Callable[[], bool] = always
    patient_bound: bool = False
    hint: bool = True
    icon: str = ""


Source = Callable[[], Iterable[Action]]


class Actions(QObject):
    """The actions that can be used right now: the shell's own and those of the page in front."""

    changed = Signal()

    def __init__(self, keymap: Keymap, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.keymap = keymap
        self._sources: list[Source] = []
        self._actor: Actor | None = None
        self._page = ""
        self._blocker: QWidget | None = None

    def provide(self, source: Source) -> None:
        """Add a source of actions; a later source's action replaces an earlier one with the same id."""
        self._sources.append(source)

    def clear(self) -> None:
        """Forget every source, before a rebuild."""
        self._sources.clear()

    def at(self, actor: Actor | None, page: str) -> None:
        """Say who works on which page; hints and keys follow."""
        self._actor, self._page = actor, page
        self.changed.emit()

    def block(self, overlay: QWidget | None) -> None:
        """Give all keys to the lock screen, wherever the focus is; None gives them back."""
        self._blocker = overlay

    @property
    def blocked(self) -> bool:
        """Say whether an overlay has the keys."""
        return self._blocker is not None and self._blocker.isVisible()

    def live(self) -> list[Action]:
        """Give what the signed-in person may do here and now."""
        found: dict[str, Action] = {}
        for source in self._sources:
            found |= {action.id: action for action in source() if self._allowed(action)}
        return list(found.values())

    def _allowed(self, action: Action) -> bool:
        if action.permission is None:
            return True
        return self._actor is not None and self._actor.may(action.permission)

    def key(self, action: str) -> str:
        """Give an action's first key in portable form, or an empty text."""
        keys = self.keymap.keys(action, self._actor.role if self._actor else "", self._page)
        return keys[0] if keys else ""

    def hint(self, action: str) -> str:
        """Give an action's first key as printed on this computer's keyboard."""
        key = self.key(action)
        return shown(key) if key else ""

    def for_key(self, key: str) -> Action | None:
        """Give the action that a key runs here and now."""
        live = {action.id: action for action in self.live()}
        for name in self.keymap.action_ids(key, self._actor.role if self._actor else "", self._page):
            if name in live:
                return live[name]
        return None

    def trigger(self, action: str) -> bool:
        """Run a live action by id; says whether it ran."""
        for each in self.live():
            if each.id == action and each.enabled():
                each.run()
                return True
        return False


def is_editor(widget: QObject | None) -> bool:
    """Say whether a widget takes typed letters."""
    return isinstance(widget, EDITORS) or (isinstance(widget, QWidget) and bool(widget.property("editor")))


class KeyDispatcher(QObject):
    """Watches the whole program's keys, runs the action a key stands for, and lets everything else through."""

    def __init__(self, actions: Actions, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._actions = actions
        self._composing = False

    def install(self, app: QApplication) -> None:
        """Start watching."""
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the keys that stand for an action; see the class. Every event comes by, so its class is asked first."""
        if isinstance(event, QKeyEvent):
            return isinstance(watched, QWidget) and self._key(watched, event)
        if isinstance(event, QInputMethodEvent):
            self._composing = bool(event.preeditString())
        elif isinstance(event, QFocusEvent) and event.lostFocus():
            self._composing = False
        return False

    def _key(self, watched: QWidget, event: QKeyEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.ShortcutOverride and self._action(watched, event) is not None:
            event.accept()
            return True
        return kind == QEvent.Type.KeyPress and self._press(watched, event)

    def _press(self, watched: QWidget, event: QKeyEvent) -> bool:
        action = self._action(watched, event)
        if action is None:
            return False
        if not event.isAutoRepeat():
            action.run()
        return True

    def _action(self, watched: QWidget, event: QKeyEvent) -> Action | None:
        if self._actions.blocked or QApplication.activeModalWidget() is not None or in_overlay(watched):
            return None
        plain = not event.modifiers() & COMMAND_MODIFIERS
        typing = plain and not Qt.Key.Key_F1 <= event.key() <= Qt.Key.Key_F35
        if typing and (self._composing or is_editor(watched)):
            return None
        action = self._actions.for_key(key_text(event))
        return action if action is not None and action.enabled() else None


def in_overlay(widget: QWidget | None) -> bool:
    """Say whether a widget belongs to an overlay (palette, sheet): the overlay then has all keys."""
    while widget is not None:
        if widget.property("overlay"):
            return True
        widget = widget.parentWidget()
    return False


def key_text(event: QKeyEvent) -> str:
    """Write a pressed key as the keymap writes it; the number pad counts as the digits."""
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if event.key() in {Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta, 0}:
        return ""
    return QKeySequence(event.key() | modifiers.value).toString(PORTABLE)


def label(action: Action) -> str:
    """Give an action's title in the language of the screen."""
    return _(action.title)
