"""How controls are drawn: Fusion, with edges that can be seen, a focus ring, and no animation.

Kinds of button (the dynamic property `kind`): none, `primary` (solid) and `quiet` (no edge until pointed at).
"""

from __future__ import annotations

from typing import Final, cast

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QProxyStyle,
    QStyle,
    QStyleHintReturn,
    QStyleOption,
    QStyleOptionButton,
    QStyleOptionComboBox,
    QStyleOptionComplex,
    QWidget,
)

from ui.theme import theme, tokens

PE = QStyle.PrimitiveElement
CE = QStyle.ControlElement
CC = QStyle.ComplexControl
SF = QStyle.StateFlag
PM = QStyle.PixelMetric
SH = QStyle.StyleHint
METRICS: Final = {  # by number: Qt asks thousands of times while a page is laid out, and an enum hashes in Python
    PM.PM_ScrollBarExtent.value: 12,
    PM.PM_IndicatorWidth.value: 16,
    PM.PM_IndicatorHeight.value: 16,
    PM.PM_ExclusiveIndicatorWidth.value: 16,
    PM.PM_ExclusiveIndicatorHeight.value: 16,
    PM.PM_SmallIconSize.value: 16,
    PM.PM_ButtonIconSize.value: 16,
    PM.PM_ButtonShiftHorizontal.value: 0,
    PM.PM_ButtonShiftVertical.value: 0,
}
OFF: Final = {
    SH.SH_Widget_Animation_Duration.value,
    SH.SH_UnderlineShortcut.value,
    SH.SH_DialogButtonBox_ButtonsHaveIcons.value,
    SH.SH_EtchDisabledText.value,
}


def _kind(widget: QWidget | None) -> str:
    return str(widget.property("kind") or "") if widget is not None else ""


def focus_ring(painter: QPainter, rect: QRectF, radius: float, inset: bool = False) -> None:
    """Draw the focus ring: 2 px with a 1 px gap of surface, or 2 px inside a cell."""
    width = tokens()["sizes"]["focus_ring"]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if not inset:
        painter.setPen(QPen(theme().color("surface"), 1))
        gap = rect.adjusted(width + 0.5, width + 0.5, -width - 0.5, -width - 0.5)
        painter.drawRoundedRect(gap, max(radius - width, 0), max(radius - width, 0))
    painter.setPen(QPen(theme().color("focus"), width))
    half = width / 2
    painter.drawRoundedRect(rect.adjusted(half, half, -half, -half), radius, radius)
    painter.restore()


def panel(painter: QPainter, rect: QRectF, fill: QColor, edge: QColor | None, radius: float) -> None:
    """Draw a filled shape with a 1 px edge."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(fill)
    painter.setPen(QPen(edge, 1) if edge is not None else Qt.PenStyle.NoPen)
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
    painter.restore()


def hatch(painter: QPainter, rect: QRectF, radius: float = 3) -> None:
    """Fill with the 45 degree hatch that means “not checked”."""
    state = theme().state("not_checked")
    panel(painter, rect, state.tint, state.edge, radius)
    painter.save()
    painter.setClipRect(rect.adjusted(1, 1, -1, -1))
    line = QColor(state.edge)
    line.setAlpha(70)
    painter.setPen(QPen(line, 1))
    step, height = 7, rect.height()
    x = rect.left() - height
    while x < rect.right():
        painter.drawLine(QPointF(x, rect.bottom()), QPointF(x + height, rect.top()))
        x += step
    painter.restore()


class WardInkStyle(QProxyStyle):
    """Fusion with the tokens' edges, radii and focus ring."""

    def __init__(self) -> None:
        super().__init__("Fusion")

    def drawPrimitive(
        self, element: PE, option: QStyleOption, painter: QPainter, widget: QWidget | None = None
    ) -> None:
        """Draw panels, frames, tick boxes and the focus ring our way; the rest is Fusion's."""
        if element == PE.PE_PanelButtonCommand:
            self._button(option, painter, widget)
        elif element == PE.PE_PanelButtonTool:
            self._tool_button(option, painter)
        elif element in {PE.PE_PanelLineEdit, PE.PE_Frame}:
            self._field(option, painter, widget, fill=element == PE.PE_PanelLineEdit)
        elif element == PE.PE_FrameFocusRect:
            focus_ring(painter, QRectF(option.rect), theme().px(3))
        elif element in {PE.PE_IndicatorCheckBox, PE.PE_IndicatorRadioButton}:
            self._tick(option, painter, round_box=element == PE.PE_IndicatorRadioButton)
        else:
            super().drawPrimitive(element, option, painter, widget)

    def _button(self, option: QStyleOption, painter: QPainter, widget: QWidget | None) -> None:
        t, kind, enabled = theme(), _kind(widget), bool(option.state & SF.State_Enabled)
        down, over = (
            bool(option.state & (SF.State_Sunken | SF.State_On)),
            bool(option.state & SF.State_MouseOver),
        )
        fill, edge = t.color("surface"), t.color("control") if enabled else t.color("border")
        rect, radius = QRectF(option.rect), t.px(tokens()["radius"]["control"])
        if kind == "primary" and enabled:
            fill = edge = t.color("accent_solid")
        elif not enabled:
            fill = t.color("sunken")
        elif down:
            fill = t.color("selection")
        elif over:
            fill = t.color("alt")
        if kind != "quiet" or down or over:
            panel(painter, rect, fill, edge if kind != "quiet" else None, radius)
        if option.state & SF.State_HasFocus:
            focus_ring(painter, rect, radius)

    def _tool_button(self, option: QStyleOption, painter: QPainter) -> None:
        if option.state & (SF.State_Sunken | SF.State_On):
            panel(painter, QRectF(option.rect), theme().color("selection"), None, theme().px(4))
        elif option.state & SF.State_MouseOver:
            panel(painter, QRectF(option.rect), theme().color("alt"), theme().color("border"), theme().px(4))
        if option.state & SF.State_HasFocus:
            focus_ring(painter, QRectF(option.rect), theme().px(4))

    def _field(self, option: QStyleOption, painter: QPainter, widget: QWidget | None, fill: bool) -> None:
        t, radius = theme(), theme().px(tokens()["radius"]["control"])
        inside = widget is not None and isinstance(widget.parentWidget(), QAbstractSpinBox | QComboBox)
        if widget is not None and (widget.property("bare") or inside):
            return
        focused = bool(option.state & SF.State_HasFocus) or (widget is not None and widget.hasFocus())
        invalid = widget is not None and bool(widget.property("invalid"))
        read_only = bool(option.state & SF.State_ReadOnly) or not option.state & SF.State_Enabled
        if fill:
            panel(
                painter,
                QRectF(option.rect),
                t.color("sunken" if read_only else "surface"),
                t.state("stop").edge if invalid else t.color("border" if read_only else "control"),
                radius,
            )
        else:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(t.color("control"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5))
            painter.restore()
        if focused:
            focus_ring(painter, QRectF(option.rect), radius, inset=True)

    def _tick(self, option: QStyleOption, painter: QPainter, round_box: bool) -> None:
        t, rect = theme(), QRectF(option.rect)
        side = min(rect.width(), rect.height())
        box = QRectF(rect.left(), rect.center().y() - side / 2, side, side)
        on, enabled = bool(option.state & SF.State_On), bool(option.state & SF.State_Enabled)
        edge = t.color("control") if enabled else t.color("disabled")
        fill = (t.color("accent_solid") if enabled else t.color("disabled")) if on else t.color("surface")
        radius = side / 2 if round_box else float(t.px(3))
        panel(painter, box, fill, fill if on else edge, radius)
        if option.state & SF.State_HasFocus:
            focus_ring(painter, box, radius)
        if not on:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if round_box:
            painter.setBrush(t.color("accent_ink"))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(box.center(), side / 5, side / 5)
        else:
            painter.setPen(QPen(t.color("accent_ink"), max(side / 8, 1.5)))
            x, y, s = box.left(), box.top(), side
            points = [QPointF(x + s * 0.22, y + s * 0.52), QPointF(x + s * 0.43, y + s * 0.72)]
            painter.drawPolyline(QPolygonF([*points, QPointF(x + s * 0.78, y + s * 0.3)]))
        painter.restore()

    def drawControl(
        self, element: CE, option: QStyleOption, painter: QPainter, widget: QWidget | None = None
    ) -> None:
        """Give a solid button its white label; the rest is Fusion's."""
        if (
            isinstance(option, QStyleOptionButton)
            and element == CE.CE_PushButtonLabel
            and _kind(widget) == "primary"
        ):
            solid = QStyleOptionButton(option)
            palette = QPalette(solid.palette)
            palette.setColor(
                QPalette.ColorGroup.Active, QPalette.ColorRole.ButtonText, theme().color("accent_ink")
            )
            palette.setColor(
                QPalette.ColorGroup.Inactive, QPalette.ColorRole.ButtonText, theme().color("accent_ink")
            )
            solid.palette = palette
            super().drawControl(element, solid, painter, widget)
            return
        super().drawControl(element, option, painter, widget)

    def drawComplexControl(
        self, control: CC, option: QStyleOptionComplex, painter: QPainter, widget: QWidget | None = None
    ) -> None:
        """Draw the frame and arrow of a choice box with an edge that can be seen."""
        if control == CC.CC_SpinBox:
            self._spin_box(option, painter, widget)
            return
        if control != CC.CC_ComboBox or not isinstance(option, QStyleOptionComboBox):
            super().drawComplexControl(control, option, painter, widget)
            return
        t, rect = theme(), QRectF(option.rect)
        radius, enabled = t.px(tokens()["radius"]["control"]), bool(option.state & SF.State_Enabled)
        panel(
            painter,
            rect,
            t.color("surface" if enabled else "sunken"),
            t.color("control" if enabled else "border"),
            radius,
        )
        arrow: QRect = self.subControlRect(
            control, option, QStyle.SubControl.SC_ComboBoxArrow, cast(QWidget, widget)
        )
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(t.color("text2" if enabled else "disabled"), 1.5))
        middle, reach = QRectF(arrow).center(), t.px(4)
        left, right = (
            QPointF(middle.x() - reach, middle.y() - reach / 2),
            QPointF(middle.x() + reach, middle.y() - reach / 2),
        )
        painter.drawPolyline(QPolygonF([left, QPointF(middle.x(), middle.y() + reach / 2), right]))
        painter.restore()
        if option.state & SF.State_HasFocus:
            focus_ring(painter, rect, radius, inset=True)

    def _spin_box(self, option: QStyleOptionComplex, painter: QPainter, widget: QWidget | None) -> None:
        t, rect, enabled = theme(), QRectF(option.rect), bool(option.state & SF.State_Enabled)
        radius = t.px(tokens()["radius"]["control"])
        panel(
            painter,
            rect,
            t.color("surface" if enabled else "sunken"),
            t.color("control" if enabled else "border"),
            radius,
        )
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(t.color("text2" if enabled else "disabled"), 1.5))
        for part, down in ((QStyle.SubControl.SC_SpinBoxUp, False), (QStyle.SubControl.SC_SpinBoxDown, True)):
            area: QRect = self.subControlRect(CC.CC_SpinBox, option, part, cast(QWidget, widget))
            middle, reach, tip = QRectF(area).center(), t.px(3), t.px(2) * (1 if down else -1)
            left = QPointF(middle.x() - reach, middle.y() - tip / 2)
            right = QPointF(middle.x() + reach, middle.y() - tip / 2)
            painter.drawPolyline(QPolygonF([left, QPointF(middle.x(), middle.y() + tip), right]))
        painter.restore()
        if option.state & SF.State_HasFocus:
            focus_ring(painter, rect, radius, inset=True)

    def subElementRect(
        self, element: QStyle.SubElement, option: QStyleOption, widget: QWidget | None = None
    ) -> QRect:
        """Keep a field's text off its edge."""
        made: QRect = super().subElementRect(element, option, cast(QWidget, widget))
        if element == QStyle.SubElement.SE_LineEditContents and not (
            widget is not None and widget.property("bare")
        ):
            return made.adjusted(theme().px(4), 0, -theme().px(4), 0)
        return made

    def pixelMetric(
        self, metric: QStyle.PixelMetric, option: QStyleOption | None = None, widget: QWidget | None = None
    ) -> int:
        """Give sizes that follow the user's text size; nothing to hit is smaller than 24 px."""
        size = METRICS.get(metric.value)
        return theme().px(size) if size is not None else int(super().pixelMetric(metric, option, widget))

    def sizeFromContents(
        self, kind: QStyle.ContentsType, option: QStyleOption, size: QSize, widget: QWidget | None = None
    ) -> QSize:
        """Make buttons, fields and choice boxes as high as the density says; widths follow the text."""
        made: QSize = super().sizeFromContents(kind, option, size, cast(QWidget, widget))
        ct, t = QStyle.ContentsType, theme()
        if kind == ct.CT_PushButton:
            return QSize(size.width() + 2 * t.px(12), max(t.control_height, size.height() + t.px(4)))
        if kind in {ct.CT_LineEdit, ct.CT_ComboBox, ct.CT_SpinBox}:
            return QSize(made.width(), max(t.control_height, size.height()))
        if kind in {ct.CT_CheckBox, ct.CT_RadioButton, ct.CT_ToolButton}:
            return made.expandedTo(QSize(0, t.size("hit_target")))
        return made

    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        data: QStyleHintReturn | None = None,
    ) -> int:
        """Turn animation and blinking off; Tab reaches every control."""
        return 0 if hint.value in OFF else int(super().styleHint(hint, option, widget, data))
