"""Settings: made from the registry, so that nothing declared is missing here; every change counts at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QScrollArea, QSpinBox, QVBoxLayout, QWidget

from ui.context import Context
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.fields import Form
from ui.widgets.labels import label
from ui.widgets.overlay import Overlay
from ui.widgets.sheet import Card
from workstation.core.i18n import LANGUAGES, _
from workstation.core.settings import LANGUAGE, SCALE, Scope, Setting, declared
from workstation.security.permissions import Permission

Change = Callable[[Setting[Any], Any], None]


def choice_text(setting: Setting[Any], value: Any) -> str:
    """Give the words for one value of a setting."""
    if setting.key == LANGUAGE.key:
        return LANGUAGES[value]
    if setting.key == SCALE.key:
        return f"{value}\u00a0%"
    return _(str(value).capitalize())


def editor(setting: Setting[Any], value: Any, change: Change) -> QWidget:
    """Make the control that fits a setting's type."""
    if setting.choices:
        return _choices(setting, value, change)
    if isinstance(setting.default, bool):
        box = QCheckBox()
        box.setChecked(value)
        box.toggled.connect(lambda on: change(setting, on))
        return box
    if isinstance(setting.default, int):
        spin = QSpinBox()
        spin.setRange(0, 100_000)
        spin.setValue(value)
        spin.editingFinished.connect(lambda: change(setting, spin.value()))
        return spin
    line = QLineEdit(str(value))
    line.editingFinished.connect(lambda: change(setting, line.text()))
    return line


def _choices(setting: Setting[Any], value: Any, change: Change) -> QComboBox:
    combo = QComboBox()
    for each in setting.choices:
        combo.addItem(choice_text(setting, each), each)
    combo.setCurrentIndex(setting.choices.index(value))
    combo.activated.connect(lambda number: change(setting, setting.choices[number]))
    return combo


class Preferences(Overlay):
    """The settings of this person and, for administrators, of this desk and site."""

    changed = Signal(object, object)

    def __init__(self, host: QWidget, ctx: Context) -> None:
        super().__init__(host)
        self.closed = False
        self._ctx = ctx
        self._editors: dict[str, QWidget] = {}
        self.setAccessibleName(_("Settings"))
        card = Card(self)
        card.rows.addWidget(label(_("Settings"), "section", bold=True))
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setAccessibleName(_("Settings"))
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        card.rows.addWidget(self._area, 1)
        self._close = button(_("Close"), self.cancel, key="Esc", parent=card)
        card.rows.addWidget(self._close, 0, Qt.AlignmentFlag.AlignRight)
        around = QVBoxLayout(self)
        margin = theme().px(32)
        around.setContentsMargins(margin, margin, margin, margin)
        around.addWidget(card)
        ctx.tasks.run(self, self._read, self._show)

    def _read(self) -> list[tuple[Setting[Any], Any]]:
        return [(setting, self._ctx.desk.setting(setting)) for setting in declared()]

    def _show(self, values: list[tuple[Setting[Any], Any]]) -> None:
        page = QWidget()
        rows = QVBoxLayout(page)
        for scope, title in self._parts():
            rows.addWidget(label(title, bold=True))
            form = Form()
            for setting, value in values:
                if setting.scope is scope:
                    self._add(form, setting, value)
            rows.addLayout(form)
            if scope is not Scope.USER and not self._may_set():
                rows.addWidget(label(_("Only an administrator changes this."), "label", color="text2"))
        rows.addStretch(1)
        self._area.setWidget(page)
        first = self._editors.get(LANGUAGE.key)
        if first is not None and self.isVisible():
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _parts(self) -> list[tuple[Scope, str]]:
        return [
            (Scope.USER, _("For me")),
            (Scope.DESK, _("For this PC")),
            (Scope.SITE, _("For the whole site")),
        ]

    def _add(self, form: Form, setting: Setting[Any], value: Any) -> None:
        made = editor(setting, value, self._set)
        form.field(_(setting.title), made)
        if setting.scope is not Scope.USER and not self._may_set():
            made.setEnabled(False)
            made.setToolTip(_("Only an administrator changes this."))
        self._editors[setting.key] = made

    def _may_set(self) -> bool:
        actor = self._ctx.desk.actor
        return actor is not None and actor.may(Permission.ADMIN_SETTINGS)

    def _set(self, setting: Setting[Any], value: Any) -> None:
        desk = self._ctx.desk
        self._ctx.tasks.run(
            self,
            lambda: desk.set_setting(setting, value),
            lambda _done: self.changed.emit(setting, value),
            write=True,
        )

    def first_focus(self) -> QWidget | None:
        """Start on the first setting, once they are there."""
        return self._editors.get(LANGUAGE.key, self._close)
