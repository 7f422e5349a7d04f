"""Language: English texts in the code, translations as data in resources/locale/<language>/*.toml.

Each file is a flat table `"English text" = "translation"`; all files of a language are one catalogue.
`_("Sign")` translates at the moment it is called, so call it when painting, never at import time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import cache
from typing import Final

from workstation.core.data import data_folder

LANGUAGES: Final = {"zh_CN": "简体中文", "en": "English"}
_state: dict[str, str] = {"language": "zh_CN"}
_spoken: ContextVar[str] = ContextVar("spoken", default="")


@cache
def catalogue(language: str) -> dict[str, str]:
    """Give every translation of a language; English needs none. Raises ValueError on a text translated twice."""
    texts: dict[str, str] = {}
    folder = data_folder() / "locale" / language
    if not folder.is_dir():
        return texts
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        if not file.name.endswith(".toml"):
            continue
        for source, target in table(file.read_text("utf-8")).items():
            if texts.get(source, target) != target:
                raise ValueError(f"{file.name}: {source!r} has two translations")
            texts[source] = target
    return texts


def table(text: str) -> dict[str, str]:
    """Read a flat TOML table of texts. Raises ValueError.

    But for the equals sign its lines are JSON, which is read ten times faster: the unlock screen waits for this.
    """
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    with suppress(ValueError):
        read: dict[str, str] = json.loads(
            "{" + ",".join(line.replace('" = "', '":"', 1) for line in lines) + "}"
        )
        if len(read) == len(lines):
            return read
    import tomllib  # here: every file of ours is read above

    return tomllib.loads(text)


def set_language(language: str) -> None:
    """Switch the language of everything painted from now on. Raises ValueError for an unknown one."""
    if language not in LANGUAGES:
        raise ValueError(f"unknown language {language!r}")
    _state["language"] = language


def language() -> str:
    """Give the language in use: `zh_CN` or `en`."""
    return _spoken.get() or _state["language"]


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Use another language in this thread for a while: a paper follows its document, not the screen."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def _(text: str, /, **values: object) -> str:
    """Translate a text and fill in its `{named}` values."""
    translated = catalogue(language()).get(text, text)
    return translated.format(**values) if values else translated


def n_(one: str, many: str, count: int, /, **values: object) -> str:
    """Translate a text that counts: `one` for exactly 1, `many` otherwise; `{count}` is filled in."""
    return _(one if count == 1 else many, count=count, **values)


def pick(zh: str, en: str) -> str:
    """Choose between two texts that the data itself carries in both languages."""
    return (zh or en) if language() == "zh_CN" else (en or zh)
