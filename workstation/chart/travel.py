"""How far a record has travelled, in the words of the screen: the bare word "saved" says nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from workstation.core.errors import NotFound
from workstation.core.events import Ref
from workstation.store.reader import Reader
from workstation.store.schema import RowState

_WORDS: Final = {
    RowState.EQUAL: "received",
    RowState.WAITING: "waiting",
    RowState.REFUSED: "failed",
    RowState.PARKED: "conflict",
}


@dataclass(frozen=True, slots=True)
class Travelled:
    """`state`: received (the centre has it, since `at`), waiting, failed or conflict; empty when unknown."""

    state: str = ""
    at: str = ""


NOT_KNOWN: Final = Travelled()


def travelled(reader: Reader, kind: str, id_: str) -> Travelled:
    """Give how far a record has travelled."""
    try:
        distance = reader.distance(Ref(kind, id_))
    except NotFound:
        return Travelled()
    return Travelled(_WORDS[distance.state], distance.at)


def travelled_all(reader: Reader, kind: str, ids: Sequence[str]) -> dict[str, Travelled]:
    """Give how far each of many records has travelled, in one question."""
    return {id_: Travelled(_WORDS[d.state], d.at) for id_, d in reader.distances(kind, ids).items()}
