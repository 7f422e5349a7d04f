"""The hub's encrypted store; the only part of the hub that knows SQL."""

from sync.hub.store.engine import StoreBusy
from sync.hub.store.reader import Reader, Record, Span
from sync.hub.store.store import FILE, Store
from sync.hub.store.writer import Writer

__all__ = ["FILE", "Reader", "Record", "Span", "Store", "StoreBusy", "Writer"]
