"""Settings: declared once with type, default, title and scope; screens and documentation are made from them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

T = TypeVar("T", bool, int, float, str)


class Scope(StrEnum):
    """Whom a setting belongs to."""

    DESK = "desk"
    SITE = "site"
    USER = "user"


class SettingStore(Protocol):
    """Where setting values live; the encrypted desk store implements it."""

    def get(self, key: str) -> str | None:
        """Give the stored JSON text or None."""

    def put(self, key: str, value: str) -> None:
        """Keep the JSON text."""


@dataclass(frozen=True, slots=True)
class Setting(Generic[T]):
    """One setting. `title` is an English text that is translated when shown; `choices` limits the values."""

    key: str
    default: T
    title: str
    scope: Scope = Scope.DESK
    choices: tuple[T, ...] = ()

    def check(self, value: Any) -> T:
        """Give `value` in this setting's type. Raises ValueError when it does not fit."""
        kind = type(self.default)
        if not isinstance(value, kind) and not (kind is float and isinstance(value, int)):
            raise ValueError(f"{self.key} wants a {kind.__name__}")
        if self.choices and value not in self.choices:
            raise ValueError(f"{self.key} must be one of {self.choices}")
        return kind(value)


_registry: dict[str, Setting[Any]] = {}


def declare(setting: Setting[T]) -> Setting[T]:
    """Add a setting to the registry. Raises ValueError when the key is taken."""
    if setting.key in _registry:
        raise ValueError(f"setting {setting.key} is declared twice")
    _registry[setting.key] = setting
    return setting


def declared() -> tuple[Setting[Any], ...]:
    """Give every declared setting, by key."""
    return tuple(_registry[key] for key in sorted(_registry))


LANGUAGE = declare(Setting("language", "zh_CN", "Language", Scope.USER, ("zh_CN", "en")))
THEME = declare(Setting("theme", "light", "Theme", Scope.USER, ("light", "dark")))
AUTOMATIC = "automatic"
DENSITY = declare(
    Setting("density", AUTOMATIC, "Density", Scope.USER, (AUTOMATIC, "compact", "comfortable", "touch"))
)
SCALE = declare(Setting("scale", 100, "Text size in percent", Scope.USER, (90, 100, 110, 125, 150)))
IDLE_LOCK_MINUTES = declare(Setting("idle-lock-minutes", 5, "Lock after minutes without use", Scope.DESK))
SITE_NAME = declare(Setting("site-name", "", "Name of the hospital", Scope.SITE))
ROOM = declare(Setting("room", "", "Consultation room or counter of this PC", Scope.DESK))
PHARMACY_PHONE = declare(Setting("pharmacy-phone", "", "Telephone of the pharmacy, for labels", Scope.SITE))
WARD = declare(Setting("ward", "", "Ward of this PC", Scope.DESK))
PRACTICE = declare(
    Setting("practice", False, "For training: everything written here is marked as synthetic", Scope.DESK)
)
