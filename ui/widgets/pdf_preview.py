"""The preview is the paper itself: the same PDF, drawn at the screen's own pixels; printing starts with Enter."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ui.tasks import Tasks
from ui.theme import theme
from ui.widgets.buttons import button, icon_button
from ui.widgets.labels import label
from workstation.core.errors import Unavailable
from workstation.core.i18n import _

THUMB: Final = 96
SCREEN_DPI: Final = 96.0


@dataclass(frozen=True, slots=True)
class Paper:
    """A finished PDF. `final` is false for drafts: then nothing is focused and the button says what it prints."""

    pdf: bytes
    title: str
    final: bool = True
    file_name: str = "document.pdf"


class PdfPreview(QWidget):
    """Thumbnails left, page right, printer and buttons below."""

    printed = Signal()
    failed = Signal(object)

    def __init__(self, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.closed = False
        self._tasks = tasks
        self._paper: Paper | None = None
        self._zoom = 0.0
        self._current = 0
        self.thumbs = QListWidget()
        self.thumbs.setAccessibleName(_("Pages"))
        self.thumbs.setViewMode(QListWidget.ViewMode.IconMode)
        self.thumbs.setIconSize(QSize(theme().px(THUMB), theme().px(THUMB)))
        self.thumbs.setFixedWidth(theme().px(THUMB + 48))
        self.thumbs.setMovement(QListWidget.Movement.Static)
        self.thumbs.currentRowChanged.connect(self._show_page)
        self.page = QLabel()
        self.page.setAccessibleName(_("Page"))
        self.page.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._area = QScrollArea()
        self._area.setAccessibleName(_("Page"))
        self._area.setWidget(self.page)
        self._area.setWidgetResizable(True)
        body = QHBoxLayout()
        body.addWidget(self.thumbs)
        body.addWidget(self._area, 1)
        rows = QVBoxLayout(self)
        rows.addWidget(self._title_row())
        rows.addLayout(body, 1)
        rows.addLayout(self._print_row())

    def _title_row(self) -> QWidget:
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        self._title = label("", "section", bold=True)
        row.addWidget(self._title, 1)
        row.addWidget(icon_button("zoom-out", _("Fit the page"), lambda: self.set_zoom(0.0), self))
        row.addWidget(icon_button("zoom-in", _("True size"), lambda: self.set_zoom(1.0), self))
        return box

    def _print_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.printer = QComboBox()
        self.printer.setAccessibleName(_("Printer"))
        self.print_button = button(_("Print"), self.print_now, key="Enter", kind="primary", parent=self)
        self.print_button.setAutoDefault(True)
        row.addWidget(label(_("Printer"), "label", color="label"))
        row.addWidget(self.printer, 1)
        row.addWidget(button(_("Save as file…"), self.save_as, icon="file-down", parent=self))
        row.addWidget(self.print_button)
        return row

    def show_paper(self, paper: Paper, printer: str = "") -> None:
        """Show a paper; `printer` is the one preferred for this kind of paper."""
        from ui.printing import printer_names  # QtPrintSupport is only needed here

        self._paper, self._current = paper, 0
        self._title.setText(paper.title)
        names = printer_names()
        self.printer.clear()
        self.printer.addItems(names or [_("No printer")])
        self.printer.setEnabled(bool(names))
        if printer in names:
            self.printer.setCurrentText(printer)
        self.print_button.setEnabled(bool(names))
        self.print_button.setText(f"{_('Print') if paper.final else _('Print the draft')}  Enter")
        self.thumbs.clear()
        self._tasks.run(
            self, lambda: _thumbnails(paper.pdf, theme().px(THUMB)), self._thumbs_ready, self.failed.emit
        )
        if paper.final and names:
            self.print_button.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.thumbs.setFocus(Qt.FocusReason.OtherFocusReason)

    def _thumbs_ready(self, pictures: list[QImage]) -> None:
        for number, picture in enumerate(pictures, 1):
            self.thumbs.addItem(QListWidgetItem(QIcon(QPixmap.fromImage(picture)), str(number)))
        self.thumbs.setCurrentRow(0)

    def set_zoom(self, zoom: float) -> None:
        """Draw the page at a zoom (1.0 is true size on a 96 dpi screen); 0 fits it into the window."""
        self._zoom = zoom
        self._show_page(self._current)

    def _show_page(self, number: int) -> None:
        if self._paper is None or number < 0:
            return
        self._current = number
        pdf, ratio = self._paper.pdf, self.devicePixelRatioF()
        room, zoom = self._area.viewport().size(), self._zoom

        def draw() -> QImage:
            return _page(pdf, number, room, ratio, zoom)

        self._tasks.run(self, draw, self._page_ready, self.failed.emit)

    def _page_ready(self, picture: QImage) -> None:
        self.page.setPixmap(QPixmap.fromImage(picture))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the page again."""
        super().resizeEvent(event)
        if not self._zoom:
            self._show_page(self._current)

    def print_now(self) -> None:
        """Print the paper on the chosen printer."""
        from ui.printing import PrintJob

        if self._paper is not None:
            printer = self.printer.currentText() if self.printer.isEnabled() else ""
            PrintJob(self, self.printed.emit, self.failed.emit).start(self._paper.pdf, printer)

    def save_as(self) -> None:
        """Ask where to, and save the paper as a file."""
        if self._paper is None:
            return
        chosen, _filter = QFileDialog.getSaveFileName(
            self, _("Save as file…"), self._paper.file_name, "PDF (*.pdf)"
        )
        if chosen:
            self.save_to(Path(chosen))

    def save_to(self, path: Path) -> None:
        """Save the paper; a full disk or a missing right is told, not lost."""
        if self._paper is None:
            return
        try:
            path.write_bytes(self._paper.pdf)
        except OSError:
            self.failed.emit(Unavailable(_("The file could not be written."), _("Choose another folder.")))


def _thumbnails(pdf: bytes, side: int) -> list[QImage]:
    from ui.printing import to_image
    from workstation.printing.preview import page_count, page_image, page_size

    made = []
    for number in range(page_count(pdf)):
        longest = max(page_size(pdf, number)) / 25.4
        made.append(to_image(page_image(pdf, number, side / longest)))
    return made


def _page(pdf: bytes, number: int, room: QSize, ratio: float, zoom: float) -> QImage:
    from ui.printing import to_image
    from workstation.printing.preview import page_image, page_size

    width, height = (side / 25.4 for side in page_size(pdf, number))
    fit = min(room.width() / width, room.height() / height) * 0.96
    dpi = (SCREEN_DPI * zoom if zoom else max(fit, 24.0)) * ratio
    picture = to_image(page_image(pdf, number, dpi))
    picture.setDevicePixelRatio(ratio)
    return picture
