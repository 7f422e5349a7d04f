"""The hub's log file: one JSON object a line, and never a word of what a record says.

An exception is logged by its type and where it was raised: its message may quote the data that caused it.
"""

from __future__ import annotations

import logging
import traceback
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

import orjson


class Plain(logging.Formatter):
    """Writes a record as JSON; extra fields are given as `extra={"fields": {...}}`."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line."""
        row: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "event": str(record.msg),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[0]:
            row["error"] = record.exc_info[0].__name__
            row["frames"] = [
                f"{Path(f.filename).name}:{f.lineno} {f.name}"
                for f in traceback.extract_tb(record.exc_info[2])
            ]
        return orjson.dumps(row).decode()


def file_logger(folder: Path, name: str) -> logging.Logger:
    """Give a logger that writes to `folder`/hub.log (5 files of 5 MB)."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    logger = logging.getLogger(f"sync.hub.{name}")
    logger.setLevel(logging.INFO)
    logger.propagate = False
    handler = RotatingFileHandler(folder / "hub.log", maxBytes=5_000_000, backupCount=4, encoding="utf-8")
    handler.setFormatter(Plain())
    logger.addHandler(handler)
    return logger


def close(logger: logging.Logger) -> None:
    """Close the files of a logger."""
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
        handler.close()
