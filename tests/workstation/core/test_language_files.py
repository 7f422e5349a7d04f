"""Language files are read quickly, and never otherwise than TOML says."""

from __future__ import annotations

import tomllib
from importlib import resources

import pytest

from workstation.core.i18n import LANGUAGES, table

FOLDERS = [resources.files("resources") / "locale" / language for language in LANGUAGES]
FILES = [
    file for folder in FOLDERS if folder.is_dir() for file in folder.iterdir() if file.name.endswith(".toml")
]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_language_file_means_what_toml_says(file: resources.abc.Traversable) -> None:
    text = file.read_text("utf-8")
    assert table(text) == tomllib.loads(text) != {}


@pytest.mark.parametrize(
    "text",
    [
        '# a comment\n"Sign" = "签署"\n\n"Say \\"no\\"" = "说“不”"\n',
        '"Sign"="签署"\n',
        "\"Sign\" = '签署'\n",
        '"a = b" = "甲 = 乙"\n',
        '"key" = "a\\U0001F600"\n',
        '"lines" = """\none\ntwo"""\n',
        '"Sign" = "签署" # said by hand\n',
    ],
)
def test_what_is_not_plain_is_read_as_toml(text: str) -> None:
    assert table(text) == tomllib.loads(text)


@pytest.mark.parametrize("text", ['"Sign" = "签署"\n"Sign" = "签名"\n', '"Sign" = 签署\n', "Sign"])
def test_a_broken_language_file_is_refused(text: str) -> None:
    with pytest.raises(tomllib.TOMLDecodeError):
        table(text)
