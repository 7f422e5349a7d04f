"""One planned dose at hand: its lines, what was recorded of it, and whatever stands in the way of giving it.

The screen asks this before a nurse presses Enter and the command asks it again, so that both say the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from workstation.core.clock import parse_instant
from workstation.core.days import written_moment
from workstation.core.errors import Invalid, NotFound
from workstation.core.i18n import _
from workstation.medication.model import SkinTestState
from workstation.nursing.rows import Bar, Barrier
from workstation.orderbook.book import orders_signed
from workstation.orderbook.given import Done, Given, given_of
from workstation.orderbook.order import ONCE_IF_NEEDED, Order, Verified, running
from workstation.orderbook.plan import MINUTE, Slot, SlotKey, parse_key, slots
from workstation.store.reader import Reader
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.nursing import Windows


@dataclass(frozen=True, slots=True)
class Dose:
    """One planned dose. `facts` are those of its slot that still stand; `planned` whether the plan has this moment.

    `stopped` are lines of the same group that no longer run: they may be in the bag, so nothing of it is given.
    """

    key: str
    at: datetime
    orders: tuple[Order, ...]
    facts: tuple[Given, ...]
    planned: bool
    stopped: tuple[Order, ...] = ()

    @property
    def encounter(self) -> str:
        """The stay it belongs to."""
        return self.orders[0].encounter

    @property
    def patient(self) -> str:
        """The patient it belongs to."""
        return self.orders[0].patient

    @property
    def is_drug(self) -> bool:
        """Whether it is a medicine."""
        return self.orders[0].is_drug

    @property
    def infusion(self) -> bool:
        """Whether it begins and ends."""
        return any(order.infusion for order in self.orders)

    @property
    def high_alert(self) -> bool:
        """Whether a mistake with it harms at once, so that two people look."""
        return any(order.high_alert for order in self.orders)

    @property
    def as_needed(self) -> bool:
        """Whether it has no planned moments."""
        return all(order.timing.as_needed for order in self.orders)

    @property
    def runs(self) -> tuple[Given, ...]:
        """The facts of an infusion that is running."""
        return tuple(fact for fact in self.facts if fact.state is Done.RUNNING)

    def late(self, at: datetime, windows: Windows) -> bool:
        """Say whether giving it at a moment needs a reason."""
        return not self.as_needed and at > self.at + windows.late_after


def dose_at(reader: Reader, text: str, knowledge: Knowledge, now: datetime) -> Dose:
    """Give the dose a slot key names. Raises Invalid when it is no key, NotFound when this desk has no such order."""
    key, moment = _read(text, now)
    signed = orders_signed(reader, key.number, knowledge)
    lines = tuple(order for order in signed if order.unit == key.unit)
    if not lines:
        raise NotFound(
            _("This desk does not know this order."),
            _("It may still be on its way. Do not give it before it shows on this desk."),
        )
    return _dose(text, moment, lines, given_of(reader, lines[0].encounter), now)


def dose_among(orders: Sequence[Order], facts: Sequence[Given], text: str, now: datetime) -> Dose | None:
    """Give the dose a slot key names among the orders and facts of one stay, None where it is none of them."""
    key, moment = _read(text, now)
    lines = tuple(o for o in orders if (o.number, o.unit) == (key.number, key.unit))
    return _dose(text, moment, lines, facts, now) if lines else None


def _read(text: str, now: datetime) -> tuple[SlotKey, datetime]:
    key = parse_key(text)
    moment = _moment(key.at, now) if key is not None else None
    if key is None or moment is None:
        raise Invalid(_("This is not the code of a dose: {code}", code=text), field="slot")
    return key, moment


def _dose(
    text: str, moment: datetime, lines: tuple[Order, ...], of_stay: Sequence[Given], now: datetime
) -> Dose:
    planned = [order for order in lines if moment in slots(order, moment, moment + MINUTE)]
    facts = _facts(of_stay, lines, text)
    chosen = tuple(planned) or _unplanned(lines, facts)
    out = tuple(o for o in lines if o not in chosen and not o.void and o.ends is not None and o.ends <= now)
    return Dose(text, moment, chosen, facts, bool(planned), out)


def _unplanned(lines: Sequence[Order], facts: Sequence[Given]) -> tuple[Order, ...]:
    """Give the lines of a dose the plan does not have: those somebody recorded, else all that were ever in force."""
    recorded = {fact.order for fact in facts}
    chosen = [order for order in lines if order.id in recorded]
    return tuple(chosen or [order for order in lines if not order.void] or lines)


def _facts(found: Sequence[Given], lines: Sequence[Order], slot: str) -> tuple[Given, ...]:
    """Give what still stands for this slot; for a drug given once if needed, whatever was given of it."""
    once = {order.id for order in lines if order.timing.frequency == ONCE_IF_NEEDED}
    return tuple(f for f in found if f.counts and (f.slot == slot or (f.order in once and f.slot)))


def _moment(text: str, now: datetime) -> datetime | None:
    try:
        return datetime.strptime(text, "%y%m%d%H%M").replace(tzinfo=now.tzinfo)
    except ValueError:
        return None


def of_slot(slot: Slot, facts: Sequence[Given]) -> Dose:
    """Give the dose of a planned slot whose orders are read already."""
    return Dose(
        slot.key, slot.at, slot.orders, tuple(f for f in facts if f.counts and f.slot == slot.key), True
    )


def bars(dose: Dose, now: datetime, windows: Windows) -> tuple[Bar, ...]:
    """Say what stands in the way of giving a dose now, the gravest first; empty when nothing does."""
    found = [_void(dose), _stopped(dose, now), _returned(dose), _skin_test(dose), _recorded(dose, now)]
    found += [_unverified(dose), _unplanned_bar(dose, now, windows), _early(dose, now, windows)]
    return tuple(bar for bar in found if bar is not None)


def _void(dose: Dose) -> Bar | None:
    if not any(order.void for order in dose.orders):
        return None
    return Bar(Barrier.VOID, _("This order was taken back before anything was carried out."), _do_not_give())


def _stopped(dose: Dose, now: datetime) -> Bar | None:
    over = [
        o
        for o in (*dose.orders, *dose.stopped)
        if o.ends is not None and (o.ends <= now or o.ends <= dose.at)
    ]
    if not over:
        return None
    line = over[0]
    said = _("{drug} was stopped at {time}.", drug=line.name, time=clock(line.ends, now))
    if line.stop is not None and line.stop.by:
        said = _(
            "{drug} was stopped by {name} at {time}.",
            drug=line.name,
            name=line.stop.by,
            time=clock(line.ends, now),
        )
    return Bar(Barrier.STOPPED, said, _do_not_give())


def _returned(dose: Dose) -> Bar | None:
    back = next((o for o in dose.orders if o.verification.state is Verified.RETURNED), None)
    if back is None:
        return None
    said = _("This order was sent back to the doctor: {reason}", reason=back.verification.reason)
    return Bar(Barrier.RETURNED, said, _("Wait until the doctor has answered."))


def _skin_test(dose: Dose) -> Bar | None:
    line = next((order for order in dose.orders if order.skin_test_bars), None)
    if line is None or line.skin_test is None:
        return None
    if line.skin_test.state is SkinTestState.POSITIVE:
        said = _("The skin test of {drug} is positive.", drug=line.name)
        return Bar(
            Barrier.SKIN_TEST,
            said,
            _("Never give it. Tell the doctor, and see that the allergy is on record."),
        )
    said = _("The skin test of {drug} has no result yet.", drug=line.name)
    return Bar(Barrier.SKIN_TEST, said, _("Do the test first; the doctor writes its result into the order."))


def _recorded(dose: Dose, now: datetime) -> Bar | None:
    fact = next(iter(dose.facts), None)
    if fact is None:
        return None
    time = clock(instant_of(fact.at, now), now)
    if fact.state is Done.NOT_GIVEN:
        said = _("Recorded as not given at {time} by {name}.", time=time, name=fact.by)
    elif fact.state is Done.RUNNING:
        said = _("Running since {time}, begun by {name}.", time=time, name=fact.by)
    elif dose.is_drug:
        said = _("Given already at {time} by {name}.", time=time, name=fact.by)
    else:
        said = _("Carried out already at {time} by {name}.", time=time, name=fact.by)
    return Bar(Barrier.RECORDED, said, _("Nothing was written a second time."))


def _unverified(dose: Dose) -> Bar | None:
    if all(o.verification.state in (Verified.DONE, Verified.RETURNED) for o in dose.orders):
        return None
    return Bar(
        Barrier.NOT_VERIFIED,
        _("No nurse has verified this order yet."),
        _("Verify it against the running orders first."),
    )


def _unplanned_bar(dose: Dose, now: datetime, windows: Windows) -> Bar | None:
    if dose.planned:
        return None
    if dose.as_needed:
        near = dose.at - windows.early <= now <= dose.at + windows.late_after
        in_force = any(running(order, max(dose.at, order.start)) for order in dose.orders)
        if near and in_force:
            return None
    if all(order.start > dose.at for order in dose.orders):
        return Bar(Barrier.NOT_BEGUN, _("This order has not begun yet."), _do_not_give())
    said = _("No dose of this order is planned for {time}.", time=clock(dose.at, now))
    return Bar(Barrier.UNPLANNED, said, _("Look at the administration chart for the doses that are due."))


def _early(dose: Dose, now: datetime, windows: Windows) -> Bar | None:
    if now >= dose.at - windows.early:
        return None
    said = _("This dose is for {time}. It is too early now.", time=clock(dose.at, now))
    first = clock(dose.at - windows.early, now)
    return Bar(Barrier.TOO_EARLY, said, _("It may be given from {time} on.", time=first))


def _do_not_give() -> str:
    return _("Do not give it. If it was given already, record what happened with its reason.")


def instant_of(text: str, now: datetime) -> datetime:
    """Read a FHIR instant on the clock of this desk; an unreadable one counts as now."""
    try:
        return parse_instant(text, now.tzinfo).astimezone(now.tzinfo)
    except ValueError:
        return now


def clock(moment: datetime | None, now: datetime) -> str:
    """Write a moment: the time alone today, with its day otherwise."""
    if moment is None:
        return ""
    here = moment.astimezone(now.tzinfo)
    return f"{here:%H:%M}" if here.date() == now.date() else written_moment(here)
