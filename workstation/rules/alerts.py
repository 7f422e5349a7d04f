"""What the rules answer: alerts with their source, and which checks passed, found something or could not run."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from workstation.core.i18n import pick


class Tier(IntEnum):
    """How loudly an alert speaks. STOP blocks signing; a WARNING asks for a reason once; the rest only inform."""

    STOP = 1
    WARNING = 2
    CAUTION = 3
    NOTE = 4


class CheckState(StrEnum):
    """What became of a check. NOT_RUN must never look like PASSED."""

    PASSED = "passed"
    ISSUE = "issue"
    NOT_RUN = "not-run"


@dataclass(frozen=True, slots=True)
class Text:
    """One text in both languages."""

    zh: str
    en: str

    def __str__(self) -> str:
        return pick(self.zh, self.en)


@dataclass(frozen=True, slots=True)
class Alert:
    """One finding. `line_ids` are the lines to mark; `subject` the drugs it is about, active ones included.

    `overridable` False: only a change of the sheet helps. `needs_second_signature`: another doctor must agree.
    `source` and `version` name the knowledge behind it.
    """

    rule_id: str
    tier: Tier
    line_ids: tuple[str, ...]
    title_zh: str
    title_en: str
    message_zh: str
    message_en: str
    basis_zh: str
    basis_en: str
    source: str
    version: str
    subject: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()
    overridable: bool = True
    needs_second_signature: bool = False

    @property
    def title(self) -> str:
        """The title in the language of the screen."""
        return pick(self.title_zh, self.title_en)

    @property
    def message(self) -> str:
        """The message in the language of the screen."""
        return pick(self.message_zh, self.message_en)

    @property
    def basis(self) -> str:
        """The law or label behind the rule, in the language of the screen."""
        return pick(self.basis_zh, self.basis_en)

    @property
    def fingerprint(self) -> str:
        """The same for the same finding on unchanged data, whatever the line is called: asked once, not repeated."""
        parts = (self.rule_id, str(int(self.tier)), *sorted(self.subject), self.message_zh, self.version)
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class NotChecked:
    """Something a rule could not judge, and why."""

    rule_id: str
    category: str
    line_ids: tuple[str, ...]
    reason_zh: str
    reason_en: str

    @property
    def reason(self) -> str:
        """Why, in the language of the screen."""
        return pick(self.reason_zh, self.reason_en)


@dataclass(frozen=True, slots=True)
class Check:
    """One category of rules and what became of it."""

    category: str
    title_zh: str
    title_en: str
    state: CheckState
    alerts: int = 0
    not_checked: tuple[NotChecked, ...] = ()

    @property
    def title(self) -> str:
        """The category in the language of the screen."""
        return pick(self.title_zh, self.title_en)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Everything the rules have to say about one draft, loudest first."""

    alerts: tuple[Alert, ...]
    checks: tuple[Check, ...]
    knowledge_version: str

    @property
    def not_checked(self) -> tuple[NotChecked, ...]:
        """All that could not be checked."""
        return tuple(n for check in self.checks for n in check.not_checked)

    @property
    def passed(self) -> bool:
        """Whether every check ran and none found a stop or a warning: only then may a screen say "passed" (S17)."""
        return not self.not_checked and not any(a.tier <= Tier.WARNING for a in self.alerts)

    @property
    def stops(self) -> tuple[Alert, ...]:
        """Alerts that block signing."""
        return tuple(a for a in self.alerts if a.tier is Tier.STOP)

    def of_line(self, line_id: str) -> tuple[Alert, ...]:
        """Alerts that mark one line."""
        return tuple(a for a in self.alerts if line_id in a.line_ids)

    def unanswered(self, answered: frozenset[str] = frozenset()) -> tuple[Alert, ...]:
        """Stops and warnings still to be answered; those with an `answered` fingerprint are done if overridable."""
        return tuple(
            a
            for a in self.alerts
            if a.tier <= Tier.WARNING and not (a.overridable and a.fingerprint in answered)
        )
