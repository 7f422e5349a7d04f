"""Structure checks at the door, behind one small function so that the checker can be changed.

fhirkit knows every R4 resource and datatype; it does not check required code sets, and the hub does not either.
"""

from __future__ import annotations

import re
from typing import Final

import fhirkit

from sync.hub.errors import FhirError, Issue
from workstation.fhir.resources import Resource

TYPES: Final = frozenset(fhirkit.RESOURCE_TYPES)
ID: Final = re.compile(r"[A-Za-z0-9\-.]{1,64}")


def problems(resource: Resource) -> tuple[Issue, ...]:
    """Give every structural error of a resource, each with the path of its element; none when it is valid."""
    try:
        found = fhirkit.validate(resource)
    except (ValueError, TypeError) as error:
        return (Issue("structure", f"The resource cannot be read: {type(error).__name__}"),)
    return tuple(Issue("structure", i.message, i.path) for i in found if i.severity == "error")


def check(resource: Resource) -> None:
    """Raise FhirError (422) with every structural error there is."""
    found = problems(resource)
    if found:
        raise FhirError.of(422, found)
