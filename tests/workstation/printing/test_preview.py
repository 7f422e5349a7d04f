"""The preview shows the very bytes that will be printed."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from workstation.printing.documents import PrescriptionPaper
from workstation.printing.preview import page_count, page_image, page_png, page_size, page_text
from workstation.printing.render import render


@pytest.fixture(scope="module")
def pdf(prescription: PrescriptionPaper) -> bytes:
    return render(prescription)


@pytest.mark.parametrize("dpi", [96, 144, 300])
def test_pixels_match_paper_size_and_resolution(pdf: bytes, dpi: int) -> None:
    image = page_image(pdf, 0, dpi)
    width, height = page_size(pdf)
    assert image.width == pytest.approx(width / 25.4 * dpi, abs=1.5)
    assert image.height == pytest.approx(height / 25.4 * dpi, abs=1.5)
    assert len(image.data) == image.stride * image.height


def test_png_and_pixels_are_the_same_picture(pdf: bytes) -> None:
    image = page_image(pdf, 0, 96)
    picture = Image.open(io.BytesIO(page_png(pdf, 0, 96))).convert("RGB")
    pixels = Image.frombuffer("RGB", (image.width, image.height), image.data, "raw", "BGRX", image.stride, 1)
    assert picture.tobytes() == pixels.tobytes()


def test_text_can_be_read_back(pdf: bytes) -> None:
    assert page_count(pdf) == 1
    assert "处方笺" in page_text(pdf)


def test_every_paper_prints_and_previews(every_paper: tuple[Any, ...]) -> None:
    for paper in every_paper:
        pdf = render(paper)
        assert page_png(pdf).startswith(b"\x89PNG")
        assert render(paper) == pdf
