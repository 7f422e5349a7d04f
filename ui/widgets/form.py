"""Labels and fields in rows; apart from the fields, because the unlock screen has the rows alone."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QLabel, QWidget

from ui.theme import theme
from ui.widgets.labels import label


class Form(QFormLayout):
    """Labels and fields in rows; the label names the field for screen readers."""

    def __init__(self) -> None:
        super().__init__()
        t = theme()
        self.setHorizontalSpacing(t.px(12))
        self.setVerticalSpacing(t.px(8))
        self.setLabelAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)

    def field(self, text: str, widget: QWidget) -> QLabel:
        """Add a row; gives the label, for texts that change."""
        caption = label(text, "label", color="label")
        caption.setBuddy(widget)
        caption.setMinimumHeight(min(widget.sizeHint().height(), theme().control_height))
        if not widget.accessibleName():
            widget.setAccessibleName(text)
        self.addRow(caption, widget)
        return caption
