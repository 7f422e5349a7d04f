"""The look, read from resources/tokens.json: colours and sizes by name, fonts, and switching them while people work.

No style sheet: a style sheet does not follow a palette change and makes tables repaint at half the speed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from workstation.core.data import data_folder
from workstation.core.i18n import _
from workstation.core.settings import AUTOMATIC

Role = QPalette.ColorRole
Group = QPalette.ColorGroup
TNUM: Final = "tnum"
LOW_SCREEN: Final = 800


@cache
def tokens() -> dict[str, Any]:
    """Give the style tokens."""
    text = (data_folder() / "tokens.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


@dataclass(frozen=True, slots=True)
class State:
    """One rung of the status ladder: fills with their ink, an edge, a glyph and a word, which always go together."""

    name: str
    fill: QColor
    ink: QColor
    tint: QColor
    tint_ink: QColor
    edge: QColor
    icon: str
    msgid: str

    @property
    def word(self) -> str:
        """Give the state's word in the language of the screen."""
        return _(self.msgid)

    @property
    def hatched(self) -> bool:
        """Say whether the fill is hatched: what was not checked must never look checked."""
        return self.name == "not_checked"


def density_for(height: int) -> str:
    """Give the density that suits a screen of this height in logical pixels.

    Comfortable rows leave a consultation on a 1366 x 768 screen about four lines of a prescription beside an alert;
    compact ones leave six and more (design: rendered at 1366 x 768). A higher screen has room for comfortable ones.
    """
    return "compact" if height < LOW_SCREEN else "comfortable"


class Theme(QObject):
    """The look in use. Ask `theme()` for it; `changed` says that colours or sizes are different now."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.mode, self.density, self.scale = "light", "comfortable", 100
        self._fonts_loaded = False
        self._colors: dict[str, QColor] = {}
        self._states: dict[str, State] = {}
        self._fonts: dict[tuple[str, bool, bool], QFont] = {}

    def apply(self, app: QApplication, mode: str, density: str, scale: int) -> None:
        """Put a look on the whole program at once. Raises KeyError for an unknown mode or density."""
        from ui.style import WardInkStyle

        density = density_for(app.primaryScreen().size().height()) if density == AUTOMATIC else density
        tokens()["themes"][mode], tokens()["density"][density]
        self.mode, self.density, self.scale = mode, density, scale
        self._colors.clear()
        self._states.clear()
        self._fonts.clear()
        self._load_fonts()
        if not isinstance(app.style(), WardInkStyle):
            app.setStyle(WardInkStyle())
        app.setPalette(self.palette())
        app.setFont(self.font("body"))
        self.changed.emit()

    def _load_fonts(self) -> None:
        if self._fonts_loaded:
            return
        for name in tokens()["fonts"]["files"]:
            QFontDatabase.addApplicationFont(str(data_folder() / "fonts" / name))
        self._fonts_loaded = True

    # Colours

    def color(self, name: str) -> QColor:
        """Give a colour by its token name, for painters."""
        if name not in self._colors:
            self._colors[name] = QColor(tokens()["themes"][self.mode]["colors"][name])
        return self._colors[name]

    def state(self, name: str) -> State:
        """Give a rung of the status ladder: stop, warn, caution, note, done, not_checked, allergy, conflict."""
        if name not in self._states:
            self._states[name] = self._read_state(name)
        return self._states[name]

    def _read_state(self, name: str) -> State:
        row, words = tokens()["themes"][self.mode]["states"][name], tokens()["states"][name]
        fill, ink, tint, tint_ink = (QColor(c) for c in (*row["solid"], *row["tint"]))
        return State(name, fill, ink, tint, tint_ink, QColor(row["edge"]), words["icon"], words["word"])

    def slot(self, number: int) -> tuple[QColor, QColor]:
        """Give fill and digit colour of chart slot 1 to 3."""
        fill, ink = tokens()["themes"][self.mode]["slots"][number - 1]
        return QColor(fill), QColor(ink)

    def palette(self) -> QPalette:
        """Give the Qt palette of this look."""
        c, p = self.color, QPalette()
        roles = {
            Role.Window: "bg", Role.WindowText: "text", Role.Base: "surface", Role.AlternateBase: "alt",
            Role.Text: "text", Role.Button: "surface", Role.ButtonText: "text", Role.BrightText: "text",
            Role.ToolTipBase: "surface", Role.ToolTipText: "text", Role.PlaceholderText: "label",
            Role.Highlight: "selection", Role.HighlightedText: "text", Role.Link: "accent",
            Role.LinkVisited: "accent", Role.Light: "surface", Role.Midlight: "alt", Role.Mid: "border",
            Role.Dark: "control", Role.Shadow: "control", Role.Accent: "accent_solid",
        }  # fmt: skip
        for role, name in roles.items():
            p.setColor(role, c(name))
        for role in (Role.WindowText, Role.Text, Role.ButtonText):
            p.setColor(Group.Disabled, role, c("disabled"))
        return p

    # Sizes

    def px(self, pixels: int) -> int:
        """Give a length at the user's text size."""
        return round(pixels * self.scale / 100)

    def size(self, name: str) -> int:
        """Give a named size (`sizes` of the tokens) at the user's text size."""
        return self.px(tokens()["sizes"][name])

    @property
    def row_height(self) -> int:
        """Give the height of one row of a list."""
        return self.px(tokens()["density"][self.density]["row"])

    @property
    def control_height(self) -> int:
        """Give the height of a field or button."""
        return self.px(tokens()["density"][self.density]["control"])

    @property
    def pad(self) -> int:
        """Give the padding of a cell."""
        return self.px(tokens()["density"][self.density]["pad"])

    # Fonts

    def font(self, kind: str = "body", bold: bool = False, mono: bool = False) -> QFont:
        """Give a font by its place: hint, label, compact, body, section, name, digit. Numerals stand in columns."""
        if (kind, bold, mono) not in self._fonts:
            self._fonts[kind, bold, mono] = self._make_font(kind, bold, mono)
        return QFont(self._fonts[kind, bold, mono])

    def _make_font(self, kind: str, bold: bool, mono: bool) -> QFont:
        font = QFont()
        font.setFamilies(tokens()["fonts"]["mono" if mono else "text"])
        pixels = tokens()["density"][self.density]["body"] if kind == "body" else tokens()["type"][kind]
        font.setPixelSize(self.px(pixels))
        font.setWeight(QFont.Weight.Bold if bold or kind in ("name", "digit") else QFont.Weight.Normal)
        font.setFeature(QFont.Tag(TNUM), 1)
        return font


@cache
def theme() -> Theme:
    """Give the look in use."""
    return Theme()


def contrast(one: QColor, other: QColor) -> float:
    """Give the contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(color: QColor) -> float:
    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF())
