"""The tokens can be read by everybody: contrast in both themes, and a fill is never without glyph and word."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QFontInfo
from PySide6.QtWidgets import QApplication

from ui.icons import pixmap
from ui.theme import contrast, density_for, theme, tokens
from workstation.core.i18n import _, catalogue, set_language

MODES = ("light", "dark")
GROUNDS = ("bg", "surface", "alt", "sunken", "selection")
STATES = sorted(tokens()["states"])


def ratio(one: str, other: str) -> float:
    return contrast(QColor(one), QColor(other))


def test_contrast_is_measured_as_wcag_says() -> None:
    assert ratio("#000000", "#FFFFFF") == pytest.approx(21)
    assert ratio("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("ink", ["text", "text2", "label", "accent"])
@pytest.mark.parametrize("ground", GROUNDS)
def test_every_text_is_readable_on_every_ground(mode: str, ink: str, ground: str) -> None:
    colors = tokens()["themes"][mode]["colors"]
    assert ratio(colors[ink], colors[ground]) >= 4.5


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("edge", ["control", "focus"])
@pytest.mark.parametrize("ground", GROUNDS)
def test_every_control_edge_and_focus_ring_can_be_seen(mode: str, edge: str, ground: str) -> None:
    colors = tokens()["themes"][mode]["colors"]
    assert ratio(colors[edge], colors[ground]) >= 3.0


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("state", STATES)
def test_every_state_is_readable_solid_and_tinted_and_its_edge_can_be_seen(mode: str, state: str) -> None:
    row = tokens()["themes"][mode]["states"][state]
    assert ratio(*row["solid"]) >= 4.5
    assert ratio(*row["tint"]) >= 4.5
    assert ratio(row["edge"], tokens()["themes"][mode]["colors"]["surface"]) >= 3.0


@pytest.mark.parametrize("mode", MODES)
def test_buttons_and_slots_are_readable(mode: str) -> None:
    look = tokens()["themes"][mode]
    assert ratio(look["colors"]["accent_ink"], look["colors"]["accent_solid"]) >= 4.5
    for fill, ink in look["slots"]:
        assert ratio(fill, ink) >= 4.5


@pytest.mark.parametrize("state", STATES)
def test_every_state_has_a_glyph_and_a_word_in_both_languages(app: QApplication, state: str) -> None:
    shown = theme().state(state)
    assert not pixmap(shown.icon).isNull()
    set_language("en")
    english = shown.word
    set_language("zh_CN")
    assert english
    assert shown.word != english


def test_what_is_not_checked_is_hatched_and_nothing_else_is() -> None:
    assert [name for name in STATES if theme().state(name).hatched] == ["not_checked"]


def test_only_allergies_use_the_allergy_hue() -> None:
    for mode in MODES:
        look = tokens()["themes"][mode]
        magenta = look["states"]["allergy"]["solid"][0]
        others = [row["solid"][0] for name, row in look["states"].items() if name != "allergy"]
        assert magenta not in others
        assert magenta not in look["colors"].values()


def test_text_is_set_in_the_bundled_fonts_with_numerals_in_columns(app: QApplication) -> None:
    font = theme().font("body")
    assert QFontInfo(font).family() == "Inter"
    assert font.isFeatureSet(font.Tag("tnum"))


def test_only_regular_and_bold_are_used(app: QApplication) -> None:
    for kind in tokens()["type"]:
        assert theme().font(kind).weight() in (400, 700)
        assert theme().font(kind, bold=True).weight() == 700


def test_a_theme_switch_reaches_the_whole_program(app: QApplication) -> None:
    theme().apply(app, "dark", "comfortable", 100)
    assert app.palette().window().color() == QColor("#11161B")
    theme().apply(app, "light", "comfortable", 100)
    assert app.palette().window().color() == QColor("#F1F4F7")


@pytest.mark.parametrize(("density", "row"), [("compact", 26), ("comfortable", 32), ("touch", 40)])
def test_density_sets_the_row_height(app: QApplication, density: str, row: int) -> None:
    theme().apply(app, "light", density, 100)
    assert theme().row_height == row


@pytest.mark.parametrize(
    ("height", "density"), [(720, "compact"), (768, "compact"), (800, "comfortable"), (1080, "comfortable")]
)
def test_a_low_screen_starts_with_compact_rows(height: int, density: str) -> None:
    assert density_for(height) == density


def test_the_automatic_density_follows_the_screen(app: QApplication) -> None:
    theme().apply(app, "light", "automatic", 100)
    assert theme().density == density_for(app.primaryScreen().size().height())


def test_nothing_to_hit_is_smaller_than_24_pixels_at_any_text_size(app: QApplication) -> None:
    for density in tokens()["density"]:
        theme().apply(app, "light", density, 100)
        assert min(theme().row_height, theme().control_height) >= 24


def test_an_unknown_theme_changes_nothing(app: QApplication) -> None:
    with pytest.raises(KeyError):
        theme().apply(app, "sepia", "comfortable", 100)
    assert theme().mode == "light"


def test_the_words_of_choices_are_translated() -> None:
    set_language("zh_CN")
    for word in ("Light", "Dark", "Compact", "Comfortable", "Touch"):
        assert _(word) != word
    assert "Saved" not in catalogue("zh_CN")
