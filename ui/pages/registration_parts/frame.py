"""The widgets of the registration page and where they stand; what they do is in `ui.pages.registration`."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QCheckBox, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from ui.page import Page
from ui.pages.registration_parts.candidates import CandidatePane
from ui.pages.registration_parts.person_form import PersonForm
from ui.pages.registration_parts.visit_form import VisitForm
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.chips import StatusChip
from ui.widgets.code_search import CodeLineEdit, Deliver
from ui.widgets.labels import label
from ui.widgets.walking import EnterWalks
from workstation.core.i18n import _

SIDE: Final = 420
SIDE_NARROW: Final = 300
WIDE_FROM: Final = 1080


class RegistrationFrame(Page):
    """The form on the left, who it may be already on the right, what can be done below."""

    def _make(self, walks: EnterWalks) -> None:
        """Make and place every widget."""
        now = self.ctx.clock.now
        self.status = StatusChip("note", _("New patient"))
        self.search = CodeLineEdit(_("Find a patient"), self._find, digits_pick=False)
        self.form = PersonForm(now, walks)
        self.visit = VisitForm(walks)
        self.candidates = CandidatePane(now, self.hint("registration.different") or "N")
        self.reason = label("", color="text2", wrap=True)
        self.print_ticket = QCheckBox(_("Print the ticket"))
        self._lay_out()

    def _find(self, text: str, deliver: Deliver) -> None:
        """Offer patients for what was typed."""
        raise NotImplementedError

    def start_again(self) -> None:
        """Empty the form for the next patient."""
        raise NotImplementedError

    def open_unknown(self) -> None:
        """Register somebody nobody can name."""
        raise NotImplementedError

    def open_newborn(self) -> None:
        """Register a newborn."""
        raise NotImplementedError

    def save_only(self) -> None:
        """Register or change without a visit."""
        raise NotImplementedError

    def save_and_enrol(self) -> None:
        """Register (or change) and enrol."""
        raise NotImplementedError

    def _lay_out(self) -> None:
        t = theme()
        inner = QWidget()
        rows = QVBoxLayout(inner)
        rows.setContentsMargins(0, 0, t.px(12), 0)
        rows.setSpacing(t.px(8))
        rows.addWidget(self.form)
        rows.addWidget(label(_("This visit"), "section", bold=True))
        rows.addWidget(self.visit)
        rows.addStretch(1)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setWidget(inner)
        scroll.setAccessibleName(_("Registration form"))
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        left = QVBoxLayout()
        left.setSpacing(t.px(8))
        left.addLayout(self._head())
        left.addWidget(scroll, 1)
        left.addLayout(self._foot())
        body = QHBoxLayout()
        body.setSpacing(t.px(12))
        body.addLayout(left, 1)
        body.addWidget(self.candidates)
        self.content.setContentsMargins(t.px(8), t.px(8), 0, 0)
        self.content.addLayout(body, 1)

    def _head(self) -> QBoxLayout:
        first, second = QHBoxLayout(), QHBoxLayout()
        first.addWidget(self.status)
        first.addWidget(self.search, 1)
        second.addStretch(1)
        for text, run, action in (
            (_("New"), self.start_again, "patient.new"),
            (_("Unknown patient"), self.open_unknown, "registration.unknown"),
            (_("Newborn"), self.open_newborn, "registration.newborn"),
        ):
            second.addWidget(button(text, run, key=self.hint(action)))
        self._two_lines = [_lines(first, second)]
        self._two_lines[0].setStretch(0, 1)
        return self._two_lines[0]

    def _foot(self) -> QBoxLayout:
        self.only = button("", self.save_only, key=self.hint("registration.only"))
        self.enrol = button("", self.save_and_enrol, key=self.hint("work.sign"), kind="primary")
        first, second = QHBoxLayout(), QHBoxLayout()
        first.addWidget(self.reason, 1)
        second.addStretch(1)
        for widget in (self.print_ticket, self.only, self.enrol):
            second.addWidget(widget)
        lines = _lines(first, second)
        lines.setStretch(0, 1)
        self._two_lines.append(lines)
        return lines

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the candidates less room, and head and foot two lines, where there is little."""
        super().resizeEvent(event)
        wide = self.width() >= theme().px(WIDE_FROM)
        self.candidates.set_narrow(not wide)
        self.candidates.setFixedWidth(theme().px(SIDE if wide else SIDE_NARROW))
        for lines in self._two_lines:
            lines.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)


def _lines(*parts: QHBoxLayout) -> QBoxLayout:
    """Put lines beside each other; they can be put below each other later."""
    made = QBoxLayout(QBoxLayout.Direction.LeftToRight)
    made.setSpacing(theme().px(8))
    for part in parts:
        part.setSpacing(theme().px(8))
        made.addLayout(part)
    return made
