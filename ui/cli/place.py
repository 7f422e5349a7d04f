"""Where a desk lies and where its station secret is kept: all that the window asks of the command line."""

from __future__ import annotations

import locale
from pathlib import Path
from typing import Final

from workstation.security.station import FileSecret, KeyringSecret, StationSecret

DEMO_SECRET: Final = "demo-station.secret"


def default_folder() -> Path:
    """Give the folder of this computer's desk when none is named."""
    import platformdirs

    return Path(platformdirs.user_data_dir("qingnang", appauthor=False)) / "desk"


def station_of(folder: Path) -> StationSecret:
    """Give where the station secret of a desk folder lies: the keyring, or for a demo desk a file beside its data."""
    demo = folder / DEMO_SECRET
    return FileSecret(demo) if demo.exists() else KeyringSecret()


def system_language() -> str:
    """Give the language of the operating system if it is one of ours, else Chinese."""
    name = locale.getlocale()[0] or ""
    return "en" if name.startswith("en") else "zh_CN"
