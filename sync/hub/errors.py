"""What the hub refuses, always as an OperationOutcome; a client never sees a traceback."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workstation.fhir.resources import Resource


@dataclass(frozen=True, slots=True)
class Issue:
    """One problem: a code of FHIR's IssueType value set, words for the caller, and where it was found."""

    code: str
    diagnostics: str
    expression: str = ""
    severity: str = "error"


class FhirError(Exception):
    """A request that cannot be served: HTTP status and the issues that say why."""

    def __init__(
        self,
        status: int,
        code: str,
        diagnostics: str,
        expression: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.issues: tuple[Issue, ...] = (Issue(code, diagnostics, expression),)
        self.headers = dict(headers or {})

    @classmethod
    def of(cls, status: int, issues: Sequence[Issue]) -> FhirError:
        """Make one refusal out of several issues."""
        error = cls(status, issues[0].code, issues[0].diagnostics, issues[0].expression)
        error.issues = tuple(issues)
        return error


def outcome(issues: Sequence[Issue]) -> Resource:
    """Build the OperationOutcome that carries these issues."""
    return {
        "resourceType": "OperationOutcome",
        "issue": [
            {
                "severity": issue.severity,
                "code": issue.code,
                "diagnostics": issue.diagnostics,
                **({"expression": [issue.expression]} if issue.expression else {}),
            }
            for issue in issues
        ],
    }


def bad_request(diagnostics: str, code: str = "invalid") -> FhirError:
    """The request itself makes no sense: 400."""
    return FhirError(400, code, diagnostics)


def precondition(diagnostics: str) -> FhirError:
    """A guard (If-Match, If-None-Match, a criterion that matches several) does not hold: 412."""
    return FhirError(412, "conflict", diagnostics)
