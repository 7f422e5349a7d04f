"""All between the lock screen and the pages: built for one person, and anew when language or sizes change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from ui.actions import Action
from ui.context import Context, PatientContext
from ui.page import Page
from ui.shell_parts.rail import Rail
from ui.shell_parts.specs import PageSpec, WindowSpec
from ui.shell_parts.status_bar import StatusBar
from ui.shell_parts.top_bar import TopBar
from ui.theme import theme, tokens
from ui.widgets.banner_strip import BannerStrip
from ui.widgets.stack import Stack
from ui.workspace import Workspace
from workstation.core.events import Changed, Origin
from workstation.core.i18n import _
from workstation.security.permissions import Actor

CHARTS = "charts"


class Frame(QWidget):
    """Top bar, rail, list panel, charts or rail page, status bar."""

    front_changed = Signal()

    def __init__(self, ctx: Context, spec: WindowSpec, actor: Actor, site: str, room: str) -> None:
        super().__init__()
        self._ctx, self._actor, self._record_page = ctx, actor, spec.record_page
        mine = [page for page in spec.pages if page.open_to(actor)]
        self._rail_specs = {page.id: page for page in mine if not page.bound and not page.list_panel}
        bound = [page for page in mine if page.bound]
        self._bound = {page.id: page for page in bound}
        self.rail_pages: dict[str, Page] = {}
        self.banners = BannerStrip(self)
        self.top = TopBar(site, room, actor, ctx.actions.hint)
        self.rail = Rail(self._places(bool(bound)))
        self.workspace = Workspace(ctx, bound, lambda patient: spec.banner(ctx.desk, patient))
        self.list_page = self._make_list(mine)
        self.center = Stack()
        self.status = StatusBar(ctx.clock)
        self._charts = QWidget()
        self.place = ""
        self._news: Counter[str] = Counter()
        self._lay_out()
        self.rail.chosen.connect(self.go)
        self.workspace.front_changed.connect(self._front_moved)

    def _places(self, charts: bool) -> list[tuple[str, str, str, str]]:
        hint = self._ctx.actions.hint
        found = [(CHARTS, "stethoscope", _("Charts"), hint("go.charts"))] if charts else []
        return found + [(s.id, s.icon, _(s.title), hint(s.action_id)) for s in self._rail_specs.values()]

    def _make_list(self, mine: list[PageSpec]) -> Page | None:
        spec = next((page for page in mine if page.list_panel), None)
        return spec.make(self._ctx, None) if spec is not None else None

    def _lay_out(self) -> None:
        t = theme()
        beside = QHBoxLayout(self._charts)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(t.px(6))
        if self.list_page is not None:
            beside.addWidget(self.list_page)
        beside.addWidget(self.workspace, 1)
        self.center.addWidget(self._charts)
        middle = QHBoxLayout()
        middle.setContentsMargins(0, 0, t.px(8), t.px(6))
        middle.setSpacing(t.px(4))
        middle.addWidget(self.rail)
        middle.addWidget(self.center, 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.top)
        rows.addWidget(self.banners)
        rows.addLayout(middle, 1)
        rows.addWidget(self.status)

    # Where one is

    def go(self, place: str) -> None:
        """Show the charts or a rail page."""
        if place == CHARTS:
            self.center.setCurrentWidget(self._charts)
        elif place in self._rail_specs:
            if place not in self.rail_pages:
                page = self._rail_specs[place].make(self._ctx, None)
                self.rail_pages[place] = page
                self.center.addWidget(page)
            self.center.setCurrentWidget(self.rail_pages[place])
        else:
            return
        self.place = place
        self._show_list()
        self._news[place] = 0
        self.rail.set_badge(place, 0)
        self.rail.mark(place)
        self.front_changed.emit()

    def go_home(self, home: str) -> None:
        """Show the role's first page."""
        places = self.rail.places()
        self.go(home if home in places else places[0] if places else "")

    def open_page(self, page: str) -> None:
        """Show a page wherever it belongs, with the focus in it."""
        if page in self._bound and self.workspace.front() is not None:
            self.go(CHARTS)
            self.workspace.show_page(page)
        else:
            self.go(page)
            self.focus_place()

    def open_patient(self, patient: PatientContext, page: str) -> None:
        """Open a chart; whoever has no charts sees the patient's record."""
        if self._bound:
            self.workspace.open(patient, page)
        elif self._record_page in self._rail_specs:
            self.go(self._record_page)
            self.rail_pages[self._record_page].show_patient(patient)

    def front_page(self) -> Page | None:
        """Give the page that keys act on."""
        return self.workspace.front_page() if self.place == CHARTS else self.rail_pages.get(self.place)

    def front_patient(self) -> PatientContext | None:
        """Give the patient of the chart in front, while charts are in front."""
        chart = self.workspace.front()
        return chart.patient if chart is not None and self.place == CHARTS else None

    def _show_list(self) -> None:
        """Keep the waiting room beside visits; a stay has the whole width, nobody is called to it."""
        front = self.workspace.front()
        if self.list_page is not None:
            self.list_page.setVisible(front is None or not front.patient.stay)

    def _front_moved(self) -> None:
        self._show_list()
        if self.workspace.front() is not None and self.place != CHARTS:
            self.go(CHARTS)
        else:
            self.front_changed.emit()

    def pages(self) -> Iterator[Page]:
        """Give every page there is."""
        yield from self.workspace.pages()
        yield from self.rail_pages.values()
        if self.list_page is not None:
            yield self.list_page

    def bound_ids(self) -> list[str]:
        """Give the ids of a chart's pages in the order of their tabs."""
        return list(self._bound)

    def opening_actions(self, open_page: Callable[[str], None]) -> list[Action]:
        """Give an action for each page that can be opened now."""
        specs = list(self._rail_specs.values())
        front = self.workspace.front()
        if front is not None:
            specs += self.workspace.specs_for(front.patient)
        return [
            Action(
                s.action_id,
                s.title,
                partial(open_page, s.id),
                s.permission,
                patient_bound=s.bound,
                icon=s.icon,
            )
            for s in specs
        ]

    def page_actions(self) -> list[Action]:
        """Give what can be done on the pages in sight; the one in front wins over the list beside it."""
        found: list[Action] = []
        if self.list_page is not None and self.place == CHARTS and not self.list_page.isHidden():
            found += self.list_page.page_actions()
        front = self.front_page()
        return found + (front.page_actions() if front is not None else [])

    def sheet_host(self) -> QWidget:
        """Give the part of the window that sheets may cover: never the patient banner."""
        charts = self.place == CHARTS and self.workspace.front() is not None
        return self.workspace.stack if charts else self.center

    # News

    def on_changed(self, changed: Changed) -> None:
        """Pass news to every page; count it on the rail where the page is hidden."""
        self.workspace.on_changed(changed)
        for place, page in self.rail_pages.items():
            page.on_changed(changed)
            if place != self.place and changed.origin is Origin.SYNC and page.shows(changed):
                self._news[place] += 1
                self.rail.set_badge(place, self._news[place])
        if self.list_page is not None:
            self.list_page.on_changed(changed)

    def flush(self) -> None:
        """Keep every draft now."""
        for page in self.pages():
            page.flush()

    def shut(self) -> None:
        """Close every page for good."""
        self.workspace.closed = True
        for page in list(self.pages()):
            page.shut()

    # Sizes

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold the list panel to numbers where there is no room for names."""
        super().resizeEvent(event)
        if self.list_page is None:
            return
        limits = tokens()["breakpoints"]
        narrow = self.width() < limits["narrow"] or theme().scale > limits["scale"]
        width = theme().size("list_narrow" if narrow else "list")
        if self.list_page.width() != width:
            self.list_page.setFixedWidth(width)
            self.list_page.set_narrow(narrow)

    def focus_place(self) -> None:
        """Put the focus on the page in front, so that keys work at once; where that has nothing yet, on the search."""
        page = self.front_page() or self.list_page
        if page is not None:
            page.focus_region(1)
        focused = QApplication.focusWidget()
        if focused is None or not self.isAncestorOf(focused):
            self.top.search_box.setFocus(Qt.FocusReason.OtherFocusReason)
