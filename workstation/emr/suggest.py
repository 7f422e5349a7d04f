"""Which note templates fit: by what was typed, else by what the chief complaint shares with each template."""

from __future__ import annotations

from collections.abc import Sequence

from workstation.emr.sections import CHIEF_COMPLAINT
from workstation.terminology.search import normalise
from workstation.terminology.wording import NoteTemplate


def templates(
    known: Sequence[NoteTemplate], text: str = "", chief_complaint: str = "", diagnosis: str = ""
) -> list[NoteTemplate]:
    """Give the templates that fit, best first; all of them when nothing is asked."""
    wanted = normalise(text)
    if wanted:
        begins = [
            t for t in known if t.initials.lower().startswith(wanted) or normalise(t.name).startswith(wanted)
        ]
        holds = [t for t in known if t not in begins and wanted in normalise(t.name_zh + t.name_en)]
        return begins + holds
    if not chief_complaint.strip() and not diagnosis:
        return list(known)
    scored = [(_fit(t, chief_complaint, diagnosis), t) for t in known]
    return [t for score, t in sorted(scored, key=lambda pair: -pair[0]) if score > 0]


def _fit(template: NoteTemplate, chief_complaint: str, diagnosis: str) -> float:
    same = 2.0 if diagnosis and template.diagnosis and diagnosis.startswith(template.diagnosis) else 0.0
    typed = _pieces(chief_complaint)
    if not typed:
        return same
    complaints = [
        dict(texts).get(CHIEF_COMPLAINT, "") for texts in (template.sections_zh, template.sections_en)
    ]
    own = _pieces("\n".join([*complaints, template.name_zh, template.name_en]))
    return same + len(typed & own) / len(typed)


def _pieces(text: str) -> set[str]:
    """Cut a text into what can be compared: Latin words of three letters and more, pairs of other characters."""
    words = "".join(c if c.isalpha() else " " for c in text.casefold()).split()
    found: set[str] = set()
    for word in words:
        if word.isascii():
            found |= {word} if len(word) > 2 else set()
        else:
            found |= {word[n : n + 2] for n in range(len(word) - 1)}
    return found
