"""What stands between written lines and their signature, and what the review shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from ui.context import Context
from ui.pages.line_editor.bench import LineBench
from ui.pages.line_editor.cards import where_text
from ui.pages.line_editor.live import LiveCheck
from ui.pages.line_editor.model import LineModel
from ui.pages.line_editor.reason_keys import ReasonKeys
from ui.widgets.review_sheet import MedicationText
from workstation.core.i18n import _, n_
from workstation.medication.judging import CheckState
from workstation.medication.model import OverrideReason
from workstation.rules.alerts import Alert, Tier


class LineSigning(QObject):
    """Reads the last check; asks the reasons for warnings once, at the signature."""

    def __init__(
        self, ctx: Context, model: LineModel, live: LiveCheck, bench: LineBench, host: Callable[[], QWidget]
    ) -> None:
        super().__init__(live)
        self.keys: ReasonKeys | None = None
        self._ctx, self._model, self._live, self._bench, self._host = ctx, model, live, bench, host

    def blockers(self) -> Sequence[str]:
        """Give what must be dealt with before signing, the first thing first."""
        if not self._model.lines:
            return []
        check = self._live.check
        if self._live.error is not None:
            return [self._bench.nothing_checked()]
        if not self._live.current or check is None:
            return [self._bench.still_checking()]
        found = [
            _("Line {number}: {problem}", number=place, problem=line.problem.message)
            for place, line in enumerate(check.lines, 1)
            if line.state is CheckState.INCOMPLETE and line.problem is not None
        ]
        stops = self.unanswered(Tier.STOP)
        if stops:
            found.append(
                n_(
                    "Deal with {count} stop before signing",
                    "Deal with {count} stops before signing",
                    len(stops),
                )
            )
        return found

    def unanswered(self, tier: Tier) -> list[Alert]:
        """Give the alerts of a tier that still stand."""
        check = self._live.check
        if check is None:
            return []
        return [a for a in check.alerts if a.tier is tier and a.fingerprint in check.unanswered]

    def ready(self, again: Callable[[], None]) -> bool:
        """Say whether nothing is left to ask; else ask for the reasons and call `again` when they are given."""
        warnings = self.unanswered(Tier.WARNING)
        if not warnings:
            return True
        places = self._model.places()
        asked = [
            (where_text(sorted(places[k] for k in alert.line_ids if k in places)), alert)
            for alert in warnings
        ]
        self.keys = ReasonKeys(self._host(), asked)
        self.keys.answered.connect(lambda given: self._given(given, again))
        self.keys.open()
        return False

    def _given(self, given: dict[str, OverrideReason], again: Callable[[], None]) -> None:
        """Take the reasons; the signature goes on as soon as they were judged."""

        def go_on() -> None:
            self._live.checked.disconnect(go_on)
            again()

        self.keys = None
        self._live.checked.connect(go_on)
        self._bench.set_options(self._bench.options.answered(given))
        self._live.ask()

    def review_lines(self) -> Sequence[str]:
        """Give every line to sign as a full line, with the reasons the paper will carry."""
        display = self._model.words.display
        lines: list[str] = [MedicationText(display(line)) for line in self._model.lines]
        return [*lines, *self._bench.review_remarks()]
