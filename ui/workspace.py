"""The charts: at most three, one in front, each remembered by its slot. Nothing is left without its draft being kept.

The guard lives here and not in the pages, so that no way out of a chart can forget it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.context import Context, PatientContext
from ui.guard import Leave, leave_sheet
from ui.page import Page
from ui.shell_parts.slot_bar import ChartBar, SlotView
from ui.shell_parts.specs import PageSpec
from ui.theme import theme
from ui.widgets.banner import BannerData, PatientBanner
from ui.widgets.banner_strip import Choice
from ui.widgets.empty_state import EmptyState
from ui.widgets.sheet import Sheet
from ui.widgets.stack import Stack
from workstation.core.drafts import Draft, DraftKey
from workstation.core.events import Changed
from workstation.core.i18n import _

SLOTS = 3
ReadBanner = Callable[[PatientContext], BannerData]


@dataclass(slots=True)
class Chart:
    """One open chart. `page_waits` until its banner has been painted: who this is comes before what is known."""

    patient: PatientContext
    slot: int
    current: str
    banner: BannerData | None = None
    page_waits: bool = False
    pages: dict[str, Page] = field(default_factory=dict)

    def dirty(self) -> bool:
        """Say whether any page holds unsigned typing."""
        return any(page.dirty for page in self.pages.values())

    def unsigned(self) -> list[str]:
        """Name what is not signed yet."""
        return [item for page in self.pages.values() for item in page.unsigned()]


@dataclass(frozen=True, slots=True)
class Kept:
    """A chart as it is carried over a rebuild of the window: typing included."""

    patient: PatientContext
    slot: int
    current: str
    front: bool
    drafts: tuple[Draft, ...]


class Workspace(QWidget):
    """Banner, tabs and the page in front."""

    front_changed = Signal()

    def __init__(self, ctx: Context, specs: Sequence[PageSpec], read_banner: ReadBanner) -> None:
        super().__init__()
        self.closed = False
        self._ctx, self._specs, self._read_banner = ctx, list(specs), read_banner
        self._charts: dict[int, Chart] = {}
        self._front = 0
        self._banner_keys: dict[int, str] = {}
        t = theme()
        self.banner, self.bar, self.stack = PatientBanner(), ChartBar(), Stack()
        self.empty = EmptyState(_("No chart is open. Call or find a patient."), "users")
        self._blank = QWidget()
        for ground in (self.empty, self._blank):
            self.stack.addWidget(ground)
        rows = self._rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(t.px(4))
        for widget in (self.banner, self.bar):
            rows.addWidget(widget)
            widget.hide()
        rows.addWidget(self.stack, 1)
        self.bar.page_chosen.connect(self.show_page)
        self.bar.slot_chosen.connect(self.bring)

    # What is open

    def charts(self) -> list[Chart]:
        """Give the open charts by slot."""
        return [self._charts[slot] for slot in sorted(self._charts)]

    def front(self) -> Chart | None:
        """Give the chart in front."""
        return self._charts.get(self._front)

    def front_page(self) -> Page | None:
        """Give the page in front."""
        chart = self.front()
        return chart.pages.get(chart.current) if chart is not None else None

    def slot_of(self, patient: str) -> int:
        """Give the slot a patient's chart is open in, or 0."""
        return next((chart.slot for chart in self.charts() if chart.patient.id == patient), 0)

    def pages(self) -> Iterator[Page]:
        """Give every page of every open chart."""
        for chart in self.charts():
            yield from chart.pages.values()

    def specs_for(self, patient: PatientContext) -> list[PageSpec]:
        """Give the tabs of a chart: those that fit its kind of encounter."""
        return [spec for spec in self._specs if spec.fits(patient)]

    # Opening and switching

    def open(self, patient: PatientContext, page: str = "") -> None:
        """Open a chart in a free slot, or bring it to the front; asks first when the front one holds unsigned work.

        A chart of the same patient's other encounter gives way: one person is never open twice.
        """
        slot = self.slot_of(patient.id)
        if slot and patient.encounter not in ("", self._charts[slot].patient.encounter):
            self.close_chart(slot, then=lambda: self.open(patient, page))
        elif slot:
            self.bring(slot, page)
        elif len(self._charts) >= SLOTS:
            self._ask_which_to_close(patient, page)
        else:
            self._leaving(lambda: self._open_new(patient, page))

    def _open_new(self, patient: PatientContext, page: str) -> None:
        slot = next(number for number in range(1, SLOTS + 1) if number not in self._charts)
        fitting = [spec.id for spec in self.specs_for(patient)]
        chart = Chart(patient, slot, page if page in fitting else next(iter(fitting), ""), page_waits=True)
        self._charts[slot] = chart
        self._load_banner(chart)
        self._to_front(slot)

    def bring(self, slot: int, page: str = "") -> None:
        """Bring a chart to the front."""
        if slot not in self._charts:
            return
        if slot == self._front:
            self.show_page(page or self._charts[slot].current)
            return
        self._leaving(lambda: self._to_front(slot, page))

    def _leaving(self, go: Callable[[], None]) -> None:
        """Keep what is typed in front, then go; with unsigned orders, ask first."""
        chart = self.front()
        if chart is None:
            go()
            return
        self._flush(chart)
        unsigned = chart.unsigned()
        if not unsigned:
            go()
            return
        leave = Leave(park=go, sign=self._focus_front, discard=lambda: self._discard(chart, go))
        leave_sheet(self.stack, chart.patient.name, unsigned, leave).open()

    def _ask_which_to_close(self, patient: PatientContext, page: str) -> None:
        choices = [Choice(_("Stay"), lambda: None, "Esc", primary=True)]
        choices += [
            Choice(
                _("Close {name}", name=f"{chart.slot} {chart.patient.name}"),
                self._closer(chart.slot, patient, page),
            )
            for chart in self.charts()
        ]
        text = _(
            "Only three may be open, so that no order meets the wrong patient. Drafts of a closed chart are kept."
        )
        Sheet(self.stack, _("Three charts are open"), text, choices).open()

    def _closer(self, slot: int, patient: PatientContext, page: str) -> Callable[[], None]:
        return lambda: self.close_chart(slot, then=lambda: self.open(patient, page))

    def _discard(self, chart: Chart, go: Callable[[], None]) -> None:
        """Let the typing of a chart go, with Undo."""
        kept = [(page.draft_key(), page.draft_body()) for page in chart.pages.values() if page.dirty]
        for page in chart.pages.values():
            if page.dirty:
                page.committed()
                page.stale = True
        bodies = [(key, body) for key, body in kept if key is not None]
        self._ctx.notices.toast(_("Draft discarded"), undo=partial(self._undo_discard, chart.patient, bodies))
        go()

    def _undo_discard(
        self, patient: PatientContext, bodies: Sequence[tuple[DraftKey, dict[str, Any]]]
    ) -> None:
        slot = self.slot_of(patient.id)
        chart = self._charts.get(slot)
        for key, body in bodies:
            draft = Draft(key, body, self._ctx.clock.now())
            for page in chart.pages.values() if chart is not None else ():
                if page.draft_key() == key:
                    page.take_back(draft)
        if slot:
            self.bring(slot)
        else:
            self._restore_elsewhere(bodies)

    def _restore_elsewhere(self, bodies: Sequence[tuple[DraftKey, dict[str, Any]]]) -> None:
        desk = self._ctx.desk
        for key, body in bodies:
            save = partial(desk.save_draft, key, body)
            self._ctx.tasks.run(self, save, lambda _done: None, write=True)

    def _to_front(self, slot: int, page: str = "") -> None:
        chart = self._charts[slot]
        self._front = slot
        chart.current = page or chart.current
        self.banner.setVisible(True)
        self.bar.setVisible(True)
        self._show_banner(chart)
        tabs = [(spec.id, _(spec.title)) for spec in self.specs_for(chart.patient)]
        self.bar.show_tabs(tabs, chart.current, slot)
        for name, each in chart.pages.items():
            self.bar.set_dirty(name, each.dirty)
        self.show_page(chart.current)
        self.banner.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_page(self, page: str) -> None:
        """Show a page of the front chart."""
        chart = self.front()
        found = self.specs_for(chart.patient) if chart is not None else []
        spec = next((spec for spec in found if spec.id == page), None)
        if chart is None or spec is None:
            return
        before = self.front_page()
        if before is not None:
            before.flush()
        if page not in chart.pages and not chart.page_waits:
            chart.pages[page] = self._make(spec, chart)
        chart.current = page
        self.stack.setCurrentWidget(chart.pages.get(page, self._blank))
        self.bar.mark(page)
        self._show_slots()
        self.front_changed.emit()

    def _make(self, spec: PageSpec, chart: Chart) -> Page:
        made = spec.make(self._ctx, chart.patient)
        self.stack.addWidget(made)
        made.dirty_changed.connect(lambda dirty, c=chart, p=spec.id: self._dirty(c, p, dirty))
        return made

    def _dirty(self, chart: Chart, page: str, dirty: bool) -> None:
        if chart is self.front():
            self.bar.set_dirty(page, dirty)
        self._show_slots()

    def _show_slots(self) -> None:
        views = [SlotView(c.slot, c.patient.name, c.dirty(), c.slot == self._front) for c in self.charts()]
        self.bar.show_slots(views)

    def _focus_front(self) -> None:
        page = self.front_page()
        if page is not None:
            page.focus_region(4)

    # Banner

    def _load_banner(self, chart: Chart) -> None:
        self._ctx.tasks.run(
            self,
            lambda: self._read_banner(chart.patient),
            lambda data: self._got_banner(chart, data),
            lambda error: self._no_banner(chart, error),
        )

    def _got_banner(self, chart: Chart, data: BannerData) -> None:
        chart.banner = data
        if chart is self.front():
            self._show_banner(chart)
            self.front_changed.emit()
        self._bring_page(chart)

    def _no_banner(self, chart: Chart, error: Exception) -> None:
        self._ctx.notices.show(error, self)
        self._bring_page(chart)

    def _bring_page(self, chart: Chart) -> None:
        """Make the page that waited for its banner, once that is painted."""
        if not chart.page_waits:
            return
        chart.page_waits = False
        if chart is self.front():
            self._rows.activate()
            self.banner.repaint()
            QTimer.singleShot(0, self, partial(self._show_waiting, chart))

    def _show_waiting(self, chart: Chart) -> None:
        if not self.closed and chart is self.front() and chart.current not in chart.pages:
            self.show_page(chart.current)

    def _show_banner(self, chart: Chart) -> None:
        """Show who this is; until the record is read, the name alone, never the patient before."""
        if chart.banner is not None:
            self.banner.show_patient(chart.banner, chart.slot)
        else:
            self.banner.show_name(chart.patient.name, chart.slot)

    # Closing

    def close_chart(self, slot: int = 0, then: Callable[[], None] | None = None) -> None:
        """Close a chart (the front one without a number) after keeping its drafts; asks when orders are unsigned."""
        chart = self._charts.get(slot or self._front)
        if chart is None:
            return
        self._flush(chart)
        finish = partial(self._close, chart, then)
        unsigned = chart.unsigned()
        if unsigned:
            leave = Leave(
                park=finish, sign=lambda: self.bring(chart.slot), discard=lambda: self._discard(chart, finish)
            )
            leave_sheet(self.stack, chart.patient.name, unsigned, leave).open()
        else:
            finish()

    def _close(self, chart: Chart, then: Callable[[], None] | None = None) -> None:
        self._charts.pop(chart.slot, None)
        for page in chart.pages.values():
            self.stack.removeWidget(page)
            page.shut()
            page.deleteLater()
        if chart.slot == self._front:
            self._front = 0
            remaining = self.charts()
            if remaining:
                self._to_front(remaining[0].slot)
            else:
                self._show_empty()
        self._show_slots()
        if then is not None:
            then()

    def _show_empty(self) -> None:
        self.banner.clear()
        self.banner.hide()
        self.bar.hide()
        self.stack.setCurrentWidget(self.empty)
        self.front_changed.emit()

    def _flush(self, chart: Chart) -> None:
        for page in chart.pages.values():
            page.flush()

    def flush(self) -> None:
        """Keep every draft now."""
        for chart in self.charts():
            self._flush(chart)

    # News and rebuilds

    def on_changed(self, changed: Changed) -> None:
        """Pass news to the pages, and read banners anew where their patient changed."""
        for chart in self.charts():
            if any(chart.patient.id in (ref.patient, ref.id) for ref in changed.refs):
                self._load_banner(chart)
        for page in list(self.pages()):
            page.on_changed(changed)

    def keep(self) -> list[Kept]:
        """Give everything open, typing included, to be put back after a rebuild."""
        kept = []
        for chart in self.charts():
            drafts = tuple(page.typed() for page in chart.pages.values() if page.dirty)
            found = tuple(draft for draft in drafts if draft is not None)
            kept.append(Kept(chart.patient, chart.slot, chart.current, chart.slot == self._front, found))
        return kept

    def put_back(self, kept: Sequence[Kept]) -> None:
        """Open again what `keep` gave."""
        for each in kept:
            chart = Chart(each.patient, each.slot, each.current)
            self._charts[each.slot] = chart
            self._load_banner(chart)
            self._put_back_drafts(chart, each.drafts)
        front = next((each.slot for each in kept if each.front), 0)
        if front:
            self._to_front(front)

    def _put_back_drafts(self, chart: Chart, drafts: Sequence[Draft]) -> None:
        for spec in self.specs_for(chart.patient) if drafts else ():
            page = self._make(spec, chart)
            chart.pages[spec.id] = page
            for draft in drafts:
                if page.draft_key() == draft.key:
                    page.take_back(draft)
