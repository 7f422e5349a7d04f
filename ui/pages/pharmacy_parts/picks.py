"""What is in the pharmacist's hands: for each line what was scanned, from which lots, and what is still missing.

No Qt and no store: a scan goes in, an outcome comes out, and at the end there are the picks of `pharmacy.dispense`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from workstation.pharmacy.model import Pick
from workstation.pharmacy.rows import LineRow, LotChoice, ScannedPack


class Outcome(StrEnum):
    """What came of a scan."""

    ACCEPTED = "accepted"
    MORE = "more"
    MISMATCH = "mismatch"
    EXPIRED = "expired"
    USED = "used"
    NO_LOT = "no-lot"
    TWICE = "twice"


@dataclass(frozen=True, slots=True)
class Scanned:
    """A scan and what came of it; `line` is the line it belongs to, or the ordered one it is compared with."""

    outcome: Outcome
    pack: ScannedPack
    line: LineRow | None = None


@dataclass(slots=True)
class PickLine:
    """One line of the sheet at the counter. `quantity` is what will be handed out now."""

    row: LineRow
    quantity: Decimal
    packs: list[str] = field(default_factory=list)
    scanned: bool = False
    reason: str = ""
    reason_text: str = ""
    codes: list[str] = field(default_factory=list)

    @property
    def left(self) -> Decimal:
        """What is still to be handed out of the line."""
        return Decimal(self.row.left)

    @property
    def done(self) -> bool:
        """Whether the line was scanned, or picked by hand with a reason."""
        return self.scanned or bool(self.reason)

    @property
    def taken(self) -> bool:
        """Whether anything of it is handed out now."""
        return self.quantity > 0

    def lots(self) -> list[LotChoice]:
        """Give the lots to take it from with their amounts.

        The packs that were scanned say from which; what they do not cover comes from the first of them, then first
        expired first out.
        """
        seen = list(dict.fromkeys(self.packs))
        order = sorted(self.row.lots, key=lambda lot: seen.index(lot.lot) if lot.lot in seen else len(seen))
        amounts = dict.fromkeys((lot.lot for lot in order), Decimal(0))
        wanted = self.quantity
        for by_packs in (True, False):
            for lot in order:
                room = Decimal(lot.on_hand) - amounts[lot.lot]
                if by_packs:
                    room = min(room, Decimal(self.packs.count(lot.lot) * self.row.pack_size))
                amount = max(min(wanted, room), Decimal(0))
                amounts[lot.lot] += amount
                wanted -= amount
        return [replace(lot, suggested=_plain(amounts[lot.lot])) for lot in order if amounts[lot.lot] > 0]

    @property
    def covered(self) -> bool:
        """Whether the shelf holds what will be handed out."""
        return sum((Decimal(lot.suggested) for lot in self.lots()), Decimal(0)) >= self.quantity

    @property
    def skips_earlier(self) -> LotChoice | None:
        """Give the lot that should have gone first, where a later one was scanned."""
        first = self.row.lots[0] if self.row.lots else None
        return first if self.packs and first is not None and first.lot not in self.packs else None


class PickList:
    """The lines of one sheet that are still to be handed out."""

    def __init__(self, lines: Sequence[LineRow]) -> None:
        open_lines = [line for line in lines if Decimal(line.left) > 0]
        self.lines = [PickLine(row, _available(row)) for row in open_lines]
        self.partial = ""

    @property
    def started(self) -> bool:
        """Whether anything was done already."""
        return bool(self.partial) or any(line.done for line in self.lines)

    @property
    def checked(self) -> int:
        """How many lines are done, those of which nothing goes out included once the part has its reason."""
        return sum(1 for line in self.lines if line.done or (not line.taken and self.partial))

    @property
    def is_part(self) -> bool:
        """Whether something stays owed."""
        return any(line.quantity < line.left for line in self.lines)

    @property
    def anything(self) -> bool:
        """Whether anything goes out at all."""
        return any(line.taken for line in self.lines)

    @property
    def ready(self) -> bool:
        """Whether everything was scanned or has its reason."""
        taken = [line for line in self.lines if line.taken]
        return (
            bool(taken)
            and all(line.done and line.covered for line in taken)
            and (bool(self.partial) or not self.is_part)
        )

    def scan(self, pack: ScannedPack) -> Scanned:
        """Take a scanned pack."""
        line = self._line_for(pack)
        if line is None:
            return Scanned(Outcome.MISMATCH, pack, self.closest(pack))
        if pack.expired:
            return Scanned(Outcome.EXPIRED, pack, line.row)
        if pack.used:
            return Scanned(Outcome.USED, pack, line.row)
        if pack.trace and pack.trace in line.codes:
            return Scanned(Outcome.TWICE, pack, line.row)
        usable = [lot.lot for lot in line.row.lots]
        lot = pack.lot or next((c for c in pack.candidates if c in usable), "")
        if lot not in usable:
            return Scanned(Outcome.NO_LOT, pack, line.row)
        return self._take(line, pack, lot)

    def _take(self, line: PickLine, pack: ScannedPack, lot: str) -> Scanned:
        again = line.scanned
        line.scanned, line.reason, line.reason_text = True, "", ""
        line.packs = [*line.packs, lot] if again else [lot]
        if not line.taken:
            line.quantity = _available(line.row)
        if pack.trace:
            line.codes.append(pack.trace)
        return Scanned(Outcome.MORE if again else Outcome.ACCEPTED, pack, line.row)

    def _line_for(self, pack: ScannedPack) -> PickLine | None:
        """Give the line of this product, one that was not scanned yet first."""
        fitting = [line for line in self.lines if pack.drug and line.row.drug == pack.drug]
        return next((line for line in fitting if not line.scanned), fitting[0] if fitting else None)

    def closest(self, pack: ScannedPack) -> LineRow | None:
        """Give the ordered line a wrong pack was probably meant for: same ingredient, else the next one open."""
        waiting = [line for line in self.lines if not line.done] or self.lines
        same = [line for line in waiting if pack.ingredient and line.row.ingredient == pack.ingredient]
        found = same or waiting
        return found[0].row if found else None

    def by_hand(self, line_id: str, reason: str, text: str) -> None:
        """Note that a line was picked without scanning, and why."""
        line = self.line(line_id)
        if line is not None:
            line.reason, line.reason_text, line.scanned = reason, text, False
            line.codes.clear()
            line.packs.clear()
            if not line.taken:
                line.quantity = _available(line.row)

    def set_quantity(self, line_id: str, text: str) -> bool:
        """Hand out less of a line now; says whether that is possible."""
        line = self.line(line_id)
        try:
            wanted = Decimal(text)
        except InvalidOperation:
            return False
        if line is None or not wanted.is_finite() or not 0 <= wanted <= line.left:
            return False
        line.quantity = wanted
        return True

    def line(self, line_id: str) -> PickLine | None:
        """Give a line by its id."""
        return next((line for line in self.lines if line.row.line == line_id), None)

    def picks(self) -> tuple[Pick, ...]:
        """Give what goes out; the trace codes of a line stand with its first lot."""
        found = []
        for line in self.lines:
            codes = tuple(line.codes)
            for lot in line.lots() if line.done else []:
                found.append(Pick(line.row.line, lot.lot, lot.suggested, line.scanned, line.reason, codes))
                codes = ()
        return tuple(found)

    def keep_up(self, lines: Sequence[LineRow]) -> PickList:
        """Give the list for a newer state of the same sheet; what was done stays where the line is unchanged."""
        fresh = PickList(lines)
        fresh.partial = self.partial
        for number, line in enumerate(fresh.lines):
            before = self.line(line.row.line)
            if before is not None and (before.row.drug, before.row.left) == (line.row.drug, line.row.left):
                fresh.lines[number] = replace(before, row=line.row)
        return fresh


def _available(row: LineRow) -> Decimal:
    """Give what the shelf can hand out of a line now."""
    held = sum((Decimal(lot.on_hand) for lot in row.lots), Decimal(0))
    return min(Decimal(row.left), held)


def _plain(value: Decimal) -> str:
    return format(value.normalize(), "f")
