"""The one door to the user: a banner where the work is, a toast for one's own undoable act, a sheet only to stop.

Whatever comes in, a Notice or an exception, goes out as a sentence with what is safe and what to do next.
A programming error never shows its own text: that may hold patient data.
"""

from __future__ import annotations

import logging
import traceback
import uuid
from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from ui.widgets.banner_strip import BannerStrip, Choice
from ui.widgets.sheet import Sheet
from ui.widgets.toast import Toast
from workstation.core.errors import UserError
from workstation.core.events import Level, Notice
from workstation.core.i18n import _

__all__ = ["BannerStrip", "Choice", "Notices", "as_notice", "report_defect"]

log = logging.getLogger(__name__)


def report_defect(error: BaseException) -> str:
    """Log an error of ours as code places only (no values, no message) and give its short number for the user."""
    number = uuid.uuid4().hex[:6].upper()
    frames = traceback.extract_tb(error.__traceback__)
    places = " < ".join(f"{f.name} ({f.filename.rsplit('/', 1)[-1]}:{f.lineno})" for f in reversed(frames))
    log.error("Defect %s: %s at %s", number, type(error).__name__, places or "unknown place")
    return number


def as_notice(what: Notice | BaseException) -> Notice:
    """Turn anything into a sentence for the user."""
    if isinstance(what, Notice):
        return what
    if isinstance(what, UserError):
        return Notice(what.message, Level.ERROR, what.hint)
    number = report_defect(what)
    hint = _("Go on working. If it happens again, tell support the number {number}.", number=number)
    return Notice(_("Something went wrong. Nothing you typed was lost."), Level.ERROR, hint)


class Notices(QObject):
    """Shows notices on the page they belong to, else on the window's strip; silent about content while locked."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sheet_host: Callable[[], QWidget] | None = None
        self._strip: BannerStrip | None = None
        self._toast: Toast | None = None
        self.locked = False

    def attach(self, sheet_host: Callable[[], QWidget], strip: BannerStrip, toasts: QWidget) -> None:
        """Say what sheets may cover, where the window's own banners stand, and over what toasts appear."""
        self._sheet_host, self._strip = sheet_host, strip
        self._toast = Toast(toasts)

    def show(self, what: Notice | BaseException, page: QObject | None = None, name: str = "") -> None:
        """Show a banner on the page (or the window). A banner with the same `name` is replaced."""
        notice = as_notice(what)
        strip = getattr(page, "banners", None) or self._strip
        if strip is None:
            log.warning("A notice came before there was a window")
            return
        strip.show_notice(name or f"notice-{notice.text}", notice)

    def toast(self, text: str, undo: Callable[[], None] | None = None) -> None:
        """Confirm the user's own reversible act for 6 s, with Undo. Never for news from others."""
        if self._toast is not None and not self.locked:
            self._toast.show_text(text, undo)

    def undo_last(self) -> bool:
        """Undo what the latest toast offered, also after it has gone; says whether there was anything."""
        return self._toast is not None and self._toast.undo()

    def stop(self, title: str, text: str, choices: tuple[Choice, ...]) -> Sheet | None:
        """Stop the work with a sheet over the workspace (not the banner); the first choice is the safe default."""
        if self._sheet_host is None:
            return None
        sheet = Sheet(self._sheet_host(), title, text, choices)
        sheet.open()
        return sheet

    def sheet_host(self) -> QWidget:
        """Give what a sheet of a page may cover; never the patient banner. Raises RuntimeError without a window."""
        if self._sheet_host is None:
            raise RuntimeError("there is no window yet")
        return self._sheet_host()
