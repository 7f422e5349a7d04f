"""Where the program's data files lie; found without `importlib.resources`, for which the first screen would wait."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path


@cache
def data_folder() -> Path:
    """Give the folder `resources` of this installation. Raises FileNotFoundError where it was not installed."""
    spec = find_spec("resources")
    places = list(spec.submodule_search_locations or ()) if spec is not None else []
    if not places:
        raise FileNotFoundError("resources")
    return Path(places[0])
