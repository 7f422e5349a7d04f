"""The preview is the paper itself: the same PDF bytes, turned into pixels."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final

import pypdfium2

_PDFIUM: Final = Lock()  # pdfium may run in one thread at a time


@dataclass(frozen=True, slots=True)
class PageImage:
    """One page as pixels: `data` holds rows of `stride` bytes, four bytes a pixel in the order B, G, R, unused."""

    width: int
    height: int
    stride: int
    data: bytes


def page_count(pdf: bytes) -> int:
    """Count the pages of a PDF."""
    with _PDFIUM:
        document = pypdfium2.PdfDocument(pdf)
        try:
            return len(document)
        finally:
            document.close()


def page_size(pdf: bytes, page: int = 0) -> tuple[float, float]:
    """Give width and height of a page (counted from 0) in millimetres."""
    with _PDFIUM:
        document = pypdfium2.PdfDocument(pdf)
        try:
            width, height = document.get_page_size(page)
            return width * 25.4 / 72, height * 25.4 / 72
        finally:
            document.close()


def collate(papers: Sequence[bytes]) -> bytes:
    """Put finished papers behind each other, so that a printer takes them at once. Raises ValueError for none."""
    if not papers:
        raise ValueError("nothing to put together")
    if len(papers) == 1:
        return papers[0]
    with _PDFIUM:
        whole = pypdfium2.PdfDocument.new()
        parts = [pypdfium2.PdfDocument(paper) for paper in papers]
        try:
            for part in parts:
                whole.import_pages(part)
            out = io.BytesIO()
            whole.save(out)
            return out.getvalue()
        finally:
            for part in parts:
                part.close()
            whole.close()


def page_image(pdf: bytes, page: int = 0, dpi: float = 96.0) -> PageImage:
    """Render a page (counted from 0) for the screen or a printer."""
    with _PDFIUM:
        document = pypdfium2.PdfDocument(pdf)
        try:
            bitmap = document[page].render(scale=dpi / 72, prefer_bgrx=True)
            return PageImage(bitmap.width, bitmap.height, bitmap.stride, bytes(bitmap.buffer))
        finally:
            document.close()


def page_png(pdf: bytes, page: int = 0, dpi: float = 96.0) -> bytes:
    """Render a page (counted from 0) as a PNG picture."""
    with _PDFIUM:
        document = pypdfium2.PdfDocument(pdf)
        try:
            picture: Any = document[page].render(scale=dpi / 72).to_pil()
            out = io.BytesIO()
            picture.save(out, format="PNG")
            return out.getvalue()
        finally:
            document.close()


def page_text(pdf: bytes, page: int = 0) -> str:
    """Give the text of a page (counted from 0) as it would be copied or searched."""
    with _PDFIUM:
        document = pypdfium2.PdfDocument(pdf)
        try:
            text: str = document[page].get_textpage().get_text_range()
            return text.replace("\ufffe", "-")  # pdfium's mark for a hyphen at a line's end
        finally:
            document.close()
