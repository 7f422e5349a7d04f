"""What the program adds to the window: its pages, where the banner comes from, what the palette can find."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ui.actions import Action
    from ui.context import Context, PatientContext
    from ui.desk_port import DeskPort
    from ui.page import Page
    from ui.palette import Provider
    from ui.papers_port import PaperSource
    from ui.widgets.banner import BannerData
    from workstation.security.permissions import Actor, Permission


class Setting(Enum):
    """Which encounters a bound page is for."""

    ANY = "any"
    VISIT = "visit"
    STAY = "stay"


@dataclass(frozen=True, slots=True)
class PageSpec:
    """One page of the window.

    `bound` pages are tabs of a patient's chart, the others stand on the rail; a `list_panel` page stands beside the
    charts. `setting` limits a bound page to one kind of encounter. `action` is the id of the action that opens the
    page (its key is in keymap.toml); empty: `go.<id>`.
    """

    id: str
    title: str
    icon: str
    make: Callable[[Context, PatientContext | None], Page]
    permission: Permission | None = None
    bound: bool = False
    list_panel: bool = False
    action: str = ""
    setting: Setting = Setting.ANY

    def fits(self, patient: PatientContext) -> bool:
        """Say whether a chart of this encounter has the page as a tab."""
        return self.setting is Setting.ANY or (self.setting is Setting.STAY) == patient.stay

    def open_to(self, actor: Actor) -> bool:
        """Say whether this person may see the page."""
        return self.permission is None or actor.may(self.permission)

    @property
    def action_id(self) -> str:
        """Give the id of the action that opens the page."""
        return self.action or f"go.{self.id}"


@dataclass(frozen=True, slots=True)
class WindowSpec:
    """Everything the window is made of.

    `banner` reads a patient's banner; it is called off the main thread. `homes` names the first page of a role group;
    without one it is the charts, else the first rail page. `papers` makes what can be printed, `actions` gives what
    can be done anywhere in the window besides its own actions, `lock_note` is a sentence for the lock screen.
    `record_page` shows a patient to whoever has no charts.
    """

    pages: Sequence[PageSpec]
    banner: Callable[[DeskPort, PatientContext], BannerData]
    providers: Callable[[Context], Sequence[Provider]] = field(default=lambda _ctx: ())
    homes: Mapping[str, str] = field(default_factory=dict)
    sync_page: str = "sync"
    knowledge_page: str = "knowledge"
    papers: PaperSource | None = None
    actions: Callable[[Context], Sequence[Action]] = field(default=lambda _ctx: ())
    record_page: str = ""
    lock_note: Callable[[], str] = field(default=lambda: "")
