"""What was learnt about reading from a server, in sentences: what it does, and what that means for a desk."""

from __future__ import annotations

from typing import Final

from sync.findings_writes import Finding, Grade, Question
from sync.server_profile import NextLink, ServerProfile, Tombstone
from workstation.core.i18n import _, n_

SKEW: Final = 60.0  # seconds beyond which times on two screens visibly differ


def _history(profile: ServerProfile) -> Finding | None:
    told = profile.changes
    if told.history_type is None:
        return None
    if told.history_type or told.history_system:
        return Finding("history", Grade.GOOD, _("It keeps a history of what changed."))
    return Finding(
        "history",
        Grade.CARE,
        _("It keeps no history of what changed."),
        _(
            "Changes are found by searching, and deletions by comparing lists from time to time: they arrive later."
        ),
    )


def _since(profile: ServerProfile) -> Finding | None:
    if profile.changes.since_honoured is not False:
        return None
    return Finding(
        "since",
        Grade.CARE,
        _("It gives its whole history, however little is asked for."),
        _("Each fetch of changes reads everything again; the line and the server are loaded."),
    )


def _tombstone(profile: ServerProfile) -> Finding | None:
    told = profile.changes
    if not (told.history_type or told.history_system):
        return None
    if told.tombstone is Tombstone.NONE:
        return Finding(
            "tombstone",
            Grade.CARE,
            _("Its history does not tell of deletions."),
            _("They are found by comparing lists from time to time: they arrive later."),
        )
    if told.tombstone_timed is False:
        return Finding(
            "tombstone",
            Grade.NOTE,
            _("Its history tells of deletions, but not when they were."),
            _("The time of the fetch is taken."),
        )
    return None


def _stamps(profile: ServerProfile) -> Finding | None:
    if not profile.changes.whole_seconds:
        return None
    return Finding(
        "stamps",
        Grade.NOTE,
        _("It stamps changes in whole seconds."),
        _("Changes of the same second are read twice; none is missed."),
    )


def _search(profile: ServerProfile) -> Finding | None:
    lists = profile.lists
    if lists.read_your_write is None:
        return None
    if not lists.read_your_write:
        return Finding(
            "search",
            Grade.CARE,
            _("A search does not show at once what was just written."),
            _("Changes of other desks arrive later; each fetch reaches further back."),
        )
    if lists.cached:
        return Finding(
            "search",
            Grade.NOTE,
            _("It answers the same search from its memory for a while."),
            _("The desk always asks past that memory."),
        )
    return Finding("search", Grade.GOOD, _("A search shows at once what was just written."))


def _criteria(profile: ServerProfile) -> Finding | None:
    if profile.lists.criteria_obeyed is not False:
        return None
    return Finding(
        "criteria",
        Grade.CARE,
        _("A search for one thing gives other things too: criteria are ignored."),
        _("The desk must read far more than it needs; “create only once” cannot be relied on."),
    )


def _pages(profile: ServerProfile) -> Finding | None:
    lists = profile.lists
    if lists.next_link is NextLink.FOREIGN:
        return Finding(
            "pages",
            Grade.CARE,
            _("Its links to the next page lead to another address than its own."),
            _("They are not followed, so long lists stay incomplete: its base address must be corrected."),
        )
    if lists.loses_rows:
        return Finding(
            "pages",
            Grade.CARE,
            _("A row can be left out when records change while a list is read."),
            _("The desk reads again from the last time it saw, with an overlap."),
        )
    if lists.next_link is NextLink.NONE:
        return Finding(
            "pages",
            Grade.CARE,
            _("It gives lists without pages."),
            _("Long lists may be cut off; the desk asks for them in spans of time."),
        )
    if lists.next_link is NextLink.UNKNOWN:
        return None
    return Finding("pages", Grade.GOOD, _("Lists stay whole when records change while they are read."))


def _cap(profile: ServerProfile) -> Finding | None:
    if not profile.lists.page_cap:
        return None
    cap = profile.lists.page_cap
    return Finding("page-cap", Grade.NOTE, n_("A page holds {count} row.", "A page holds {count} rows.", cap))


def _channels(profile: ServerProfile) -> Finding | None:
    if not profile.kind:
        return None
    if profile.channels:
        return Finding("channels", Grade.GOOD, _("It tells at once that something changed."))
    return Finding(
        "channels",
        Grade.NOTE,
        _("It does not tell that something changed."),
        _("The desk asks every 15 to 30 seconds."),
    )


def _skew(profile: ServerProfile) -> Finding | None:
    if profile.skew is None:
        return Finding("clock", Grade.NOTE, _("It does not tell its time.")) if profile.kind else None
    if abs(profile.skew) <= SKEW:
        return Finding("clock", Grade.GOOD, _("Its clock and this computer's agree."))
    seconds = round(abs(profile.skew))
    said = (
        _("Its clock is {seconds} s ahead of this computer's.", seconds=seconds)
        if profile.skew > 0
        else _("Its clock is {seconds} s behind this computer's.", seconds=seconds)
    )
    means = _("Nothing is lost by it, but times on the screen are wrong: correct the clocks.")
    return Finding("clock", Grade.CARE, said, means)


def _left(profile: ServerProfile) -> Finding | None:
    if not profile.left:
        return None
    said = _("Test records could not be removed: {records}", records=", ".join(profile.left))
    return Finding(
        "left", Grade.CARE, said, _("They hold no patient's data and are marked as a server check.")
    )


QUESTIONS: Final[tuple[Question, ...]] = (
    _history,
    _since,
    _tombstone,
    _stamps,
    _search,
    _criteria,
    _pages,
    _cap,
    _channels,
    _skew,
    _left,
)
