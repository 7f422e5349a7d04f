"""Sends a finished PDF to a printer: as it is where there is CUPS, else as 300 dpi pictures. No file is ever made."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable

from PySide6.QtCore import QMarginsF, QObject, QProcess, QSizeF, Slot
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from workstation.core.errors import Unavailable
from workstation.core.i18n import _
from workstation.printing.preview import PageImage, page_count, page_image, page_size

DPI = 300


def printer_names() -> list[str]:
    """Give the printers of this computer, the default one first."""
    default = QPrinterInfo.defaultPrinterName()
    names: list[str] = list(QPrinterInfo.availablePrinterNames())
    return sorted(names, key=lambda name: (name != default, name))


def to_image(page: PageImage) -> QImage:
    """Turn a rendered page into a picture that owns its pixels."""
    return QImage(page.data, page.width, page.height, page.stride, QImage.Format.Format_RGB32).copy()


def media(pdf: bytes) -> str:
    """Name the paper of the first page for CUPS: `Custom.148x210mm`."""
    width, height = page_size(pdf)
    return f"Custom.{width:.0f}x{height:.0f}mm"


def uses_cups() -> bool:
    """Say whether PDFs can be handed to CUPS as they are."""
    return sys.platform.startswith("linux") and shutil.which("lp") is not None


class PrintJob(QObject):
    """One PDF on its way to one printer; `ok` or `failed` is called once."""

    def __init__(self, parent: QObject, ok: Callable[[], None], failed: Callable[[Exception], None]) -> None:
        super().__init__(parent)
        self._ok, self._failed = ok, failed
        self._process: QProcess | None = None

    def start(self, pdf: bytes, printer: str, copies: int = 1) -> None:
        """Print. The PDF reaches CUPS through a pipe, so that no patient data lies in a file."""
        if not printer:
            self._failed(no_printer())
        elif uses_cups():
            self._to_cups(pdf, printer, copies)
        else:
            self._as_pictures(pdf, printer, copies)

    def _to_cups(self, pdf: bytes, printer: str, copies: int) -> None:
        process = QProcess(self)
        self._process = process
        process.finished.connect(self._finished)
        process.errorOccurred.connect(self._broken)
        process.start("lp", ["-d", printer, "-n", str(copies), "-o", f"media={media(pdf)}", "-"])
        process.write(pdf)
        process.closeWriteChannel()

    @Slot(int)
    def _finished(self, code: int) -> None:
        if code == 0:
            self._ok()
        else:
            self._failed(refused())

    @Slot(QProcess.ProcessError)
    def _broken(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._failed(refused())

    def _as_pictures(self, pdf: bytes, printer: str, copies: int) -> None:
        device = QPrinter(QPrinter.PrinterMode.HighResolution)
        device.setPrinterName(printer)
        device.setCopyCount(copies)
        device.setFullPage(True)
        device.setResolution(DPI)
        painter = QPainter()
        for number in range(page_count(pdf)):
            size = QPageSize(
                QSizeF(*page_size(pdf, number)),
                QPageSize.Unit.Millimeter,
                "",
                QPageSize.SizeMatchPolicy.ExactMatch,
            )
            device.setPageLayout(QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0)))
            if number == 0 and not painter.begin(device):
                self._failed(refused())
                return
            if number > 0:
                device.newPage()
            painter.drawImage(0, 0, to_image(page_image(pdf, number, DPI)))
        painter.end()
        self._ok()


def no_printer() -> Unavailable:
    """Say that there is no printer, and what to do."""
    return Unavailable(
        _("This computer has no printer."), _("Save the paper as a file, or add a printer and try again.")
    )


def refused() -> Unavailable:
    """Say that the printer did not take the paper."""
    return Unavailable(
        _("The printer did not take the paper."),
        _("Nothing was lost. Check that it is switched on and has paper, then print again."),
    )
