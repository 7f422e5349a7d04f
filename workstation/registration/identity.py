"""Identity numbers and names as they stand on documents, read without trust in how they were typed.

Resident identity numbers follow GB 11643-1999: six digits of region, the date of birth, a sequence number that is odd
for a man, and a check digit. Residence permits of Hong Kong, Macao (81, 82) and Taiwan (83) residents and the permanent
residence cards of foreigners (9, edition 2023) are made the same way.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

RESIDENT: Final = "01"
PASSPORT: Final = "03"
OTHER: Final = "99"

WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS: Final = "10X98765432"
PROVINCES: Final = frozenset(
    str(code)
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 83))
    for code in range(first, last + 1)
)  # the first two digits of GB/T 2260
HAN: Final = "\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
LOOSE: Final = {
    "02": r"\d{6,18}[0-9X]?",
    "03": r"[A-Z0-9]{5,15}",
    "04": r"[\w字第号-]{4,20}",
    "05": r"[0-9]{11,17}[0-9X]?",
    "06": r"[HM]\d{8}(\d{2})?",
    "07": r"\d{8}|[A-Z]?\d{9,10}",
    "99": r".{3,40}",
}


class Problem(StrEnum):
    """Why a document number cannot be right."""

    NONE = ""
    LENGTH = "length"
    REGION = "region"
    DATE = "date"
    FUTURE = "future"
    CHECK = "check-digit"
    FORM = "form"


@dataclass(frozen=True, slots=True)
class Checked:
    """A document number as read: normalised, what is wrong with it, and what it says about its holder.

    `legacy` marks a 15-digit number: read, but it has no check digit and is no longer issued. `sex` is FHIR's code.
    """

    number: str
    problem: Problem = Problem.NONE
    birth: date | None = None
    sex: str = ""
    legacy: bool = False

    @property
    def sound(self) -> bool:
        """Whether the number can be right."""
        return bool(self.number) and not self.problem


def normalise_number(text: str) -> str:
    """Give a number without blanks, full-width forms and small letters."""
    return re.sub(r"\s+", "", _folded(text)).upper()


def normalise_phone(text: str) -> str:
    """Give a phone number as digits, with a leading + where it was typed."""
    folded = _folded(text).strip()
    return ("+" if folded.startswith("+") else "") + re.sub(r"\D", "", folded)


def _folded(text: str) -> str:
    """Give full-width letters and digits as plain ones; every other character stays."""
    return "".join(
        plain if (plain := unicodedata.normalize("NFKC", char)).isascii() else char for char in text
    )


def clean_name(text: str) -> str:
    """Give a name as it stands on the document: every character stays, only stray blanks and dot variants go.

    Blanks between Han characters are a habit of typing; the dot of minority names is U+00B7.
    """
    name = re.sub(r"\s+", " ", text).strip()
    name = re.sub(rf"(?<=[{HAN}]) (?=[{HAN}])", "", name)
    return re.sub(rf"(?<=[{HAN}])\s*[·•・‧･∙⋅]\s*(?=[{HAN}])", "\u00b7", name)


def check_digit(body: str) -> str:
    """Give the 18th character for 17 digits. Raises ValueError for anything else."""
    if not re.fullmatch(r"[0-9]{17}", body):
        raise ValueError("a check digit needs 17 digits")
    return CHECKS[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11]


def check(document_type: str, text: str, today: date) -> Checked:
    """Read a document number of a kind (CV02.01.101); an empty one is neither sound nor a problem."""
    number = normalise_number(text)
    if not number:
        return Checked("")
    if document_type == RESIDENT:
        return _resident(number, today)
    if document_type == OTHER and re.fullmatch(r"9[0-9]{16}[0-9X]", number):
        return _resident(number, today)
    fits = re.fullmatch(LOOSE.get(document_type, LOOSE[OTHER]), number)
    return Checked(number, Problem.NONE if fits else Problem.FORM)


def _resident(number: str, today: date) -> Checked:
    if re.fullmatch(r"[0-9]{15}", number):
        return _legacy(number, today)
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return Checked(number, Problem.LENGTH)
    if number[0] != "9" and number[:2] not in PROVINCES:
        return Checked(number, Problem.REGION)
    born, problem = _born(number[6:14], today)
    if problem is Problem.NONE and check_digit(number[:17]) != number[17]:
        problem = Problem.CHECK
    if problem:
        return Checked(number, problem)
    return Checked(number, birth=born, sex=_sex(number[16]))


def _legacy(number: str, today: date) -> Checked:
    if number[:2] not in PROVINCES:
        return Checked(number, Problem.REGION)
    born, problem = _born(f"19{number[6:12]}", today)
    return Checked(number, problem, born, "" if problem else _sex(number[14]), legacy=True)


def _born(digits: str, today: date) -> tuple[date | None, Problem]:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None, Problem.DATE
    return (None, Problem.FUTURE) if born > today else (born, Problem.NONE)


def _sex(digit: str) -> str:
    return "male" if int(digit) % 2 else "female"


def modern(number: str) -> str:
    """Give the 18-digit form of a 15-digit resident number, so that both are known as one; others stay."""
    if not re.fullmatch(r"[0-9]{15}", number):
        return number
    body = f"{number[:6]}19{number[6:]}"
    return body + check_digit(body)


def mismatches(checked: Checked, sex: str, birth: str) -> tuple[str, ...]:
    """Say which of `sex` and `birth` (as typed, maybe partial) the document contradicts."""
    wrong = []
    if checked.sex and sex in ("male", "female") and sex != checked.sex:
        wrong.append("sex")
    if checked.birth and birth and not checked.birth.isoformat().startswith(birth):
        wrong.append("birth")
    return tuple(wrong)


def masked_number(number: str) -> str:
    """Give a document number for eyes that need not know it: the first three and last four characters."""
    if len(number) < 10:
        return "*" * max(len(number) - 2, 0) + number[-2:]
    return number[:3] + "*" * (len(number) - 7) + number[-4:]
