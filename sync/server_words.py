"""The report on a server for an administrator: the verdict, then each finding.

Each finding has a grade and the worst one is the verdict: a server whose writes are not guarded is refused for writes.
"""

from __future__ import annotations

from sync import findings_reads, findings_writes
from sync.findings_writes import Finding, Grade
from sync.server_profile import ServerProfile, Verdict, guarded
from workstation.core.i18n import _


def verdict(profile: ServerProfile) -> Verdict:
    """Say whether a desk may write to this server."""
    if not guarded(profile):
        return Verdict.REFUSED
    grades = {finding.grade for finding in findings(profile)}
    return Verdict.CARE if grades & {Grade.CARE, Grade.BAD} else Verdict.FIT


def verdict_words(found: Verdict) -> str:
    """Give the verdict as a sentence."""
    return {
        Verdict.FIT: _("Fit: this server can be the centre of a desk."),
        Verdict.CARE: _("Fit with care: this server can be the centre of a desk; mind what is marked."),
        Verdict.REFUSED: _(
            "Refused for writes: nothing is sent to this server; what is marked bad says why."
        ),
    }[found]


def grade_words(grade: Grade) -> str:
    """Give the mark of a finding in one word."""
    return {
        Grade.GOOD: _("good"),
        Grade.NOTE: _("note"),
        Grade.CARE: _("mind"),
        Grade.BAD: _("bad"),
    }[grade]


def findings(profile: ServerProfile) -> tuple[Finding, ...]:
    """Give everything learnt, in the order of the questions."""
    return tuple(
        found
        for ask in (*findings_writes.QUESTIONS, *findings_reads.QUESTIONS)
        if (found := ask(profile)) is not None
    )


def report(profile: ServerProfile) -> list[str]:
    """Give the whole report as lines: who the server is, the verdict, then each finding with its meaning."""
    name = " ".join(filter(None, (profile.software or profile.implementation, profile.version)))
    lines = [f"{name or profile.url}  FHIR {profile.fhir_version or '?'}", verdict_words(verdict(profile))]
    for finding in findings(profile):
        lines.append(f"[{grade_words(finding.grade)}] {finding.said} {finding.means}".rstrip())
    if profile.kind and not guarded(profile):
        lines.append(
            _(
                "An administrator may accept to send one record at a time, each read first; what two desks change in"
                " the same moment can still be lost."
            )
        )
    return lines
