"""Small readers and builders over FHIR JSON; unknown elements are never touched."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

import msgspec
import orjson

from workstation.core.events import Ref
from workstation.fhir import systems

Resource = dict[str, Any]

NOT_CONTENT: Final = ("meta",)
DERIVED: Final = "derived-"


class Written(float):
    """A decimal as it was written, where a float would lose that: `1.50` is a precision, not 1.5 (FHIR, decimal)."""

    literal: str

    def __new__(cls, literal: str | float) -> Written:
        """Keep the literal beside the value."""
        made = super().__new__(cls, literal)
        made.literal = str(literal)
        return made

    def __str__(self) -> str:
        return self.literal

    __repr__ = __str__


def _decimal(literal: str) -> float:
    value = float(literal)
    return value if repr(value) == literal else Written(literal)


_reader: Final = msgspec.json.Decoder(float_hook=_decimal)


def _as_written(value: object) -> orjson.Fragment:
    if isinstance(value, Written):
        return orjson.Fragment(value.literal.encode())
    raise TypeError(f"JSON cannot hold a {type(value).__name__}")


def _as_number(value: object) -> float:
    if isinstance(value, Written):
        return float.__float__(value)
    raise TypeError(f"JSON cannot hold a {type(value).__name__}")


def to_json(resource: Resource) -> bytes:
    """Write a resource as canonical JSON: sorted keys, no spaces, UTF-8, decimals as they were written."""
    return orjson.dumps(resource, default=_as_written, option=orjson.OPT_SORT_KEYS)


def read_json(text: bytes | str) -> Any:
    """Read JSON; decimals keep the digits they were written with. Raises ValueError when it is no JSON."""
    try:
        return _reader.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ValueError(f"not JSON: {error}") from error


def from_json(text: bytes | str) -> Resource:
    """Read one JSON object. Raises ValueError when it is no JSON or no object."""
    value = read_json(text)
    if not isinstance(value, dict):
        raise ValueError("a FHIR resource must be a JSON object")
    return value


def content(resource: Resource) -> bytes:
    """Give the canonical bytes that decide whether two copies say the same: all but `meta`, numbers by value."""
    kept = {key: value for key, value in resource.items() if key not in NOT_CONTENT}
    return orjson.dumps(kept, default=_as_number, option=orjson.OPT_SORT_KEYS)


def mark_synthetic(resource: Resource) -> None:
    """Mark a record as made for practice, in place; papers of it say so."""
    meta = resource.get("meta") or {}
    if not any(tag.get("system") == systems.SYNTHETIC for tag in as_list(meta.get("tag"))):
        tag = {"system": systems.SYNTHETIC, "code": "synthetic", "display": "演示数据 synthetic"}
        resource["meta"] = meta | {"tag": [*as_list(meta.get("tag")), tag]}


def version_of(resource: Resource) -> str:
    """Give `meta.versionId`, or an empty text."""
    return str(resource.get("meta", {}).get("versionId", ""))


def updated_of(resource: Resource) -> str:
    """Give `meta.lastUpdated`, or an empty text."""
    return str(resource.get("meta", {}).get("lastUpdated", ""))


def derived_id(*parts: str) -> str:
    """Give the id of a record that says the same whoever makes it, so that two desks make one record of one thing."""
    return DERIVED + hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:40]


def is_derived(id_: str) -> bool:
    """Say whether an id was made by `derived_id`."""
    return id_.startswith(DERIVED)


def reference(ref: Ref, display: str = "") -> Resource:
    """Build a Reference element."""
    element: Resource = {"reference": str(ref)}
    if display:
        element["display"] = display
    return element


def ref_of(resource: Resource) -> Ref:
    """Give the reference of a resource itself, with its patient."""
    return Ref(resource["resourceType"], resource["id"], patient_of(resource))


def target(element: Any, of_type: str = "") -> str:
    """Give the id a Reference element points at, or an empty text (also when the type differs)."""
    text = element.get("reference", "") if isinstance(element, dict) else ""
    kind, _, rest = str(text).rpartition("/")
    kind = kind.rpartition("/")[2]
    return rest if kind and (not of_type or kind == of_type) else ""


def patient_of(resource: Resource) -> str:
    """Give the id of the patient a resource belongs to, or an empty text."""
    if resource.get("resourceType") == "Patient":
        return str(resource.get("id", ""))
    for key in ("subject", "patient", "for", "beneficiary"):
        found = target(resource.get(key), "Patient")
        if found:
            return found
    return next((p for t in resource.get("target", ()) if (p := target(t, "Patient"))), "")


def synthetic(*resources: Resource | None) -> bool:
    """Say whether one of these was made up for the demo: what is written about a made-up patient is made up too."""
    tags = (tag for each in resources if each for tag in as_list(each.get("meta", {}).get("tag")))
    return any(tag.get("system") == systems.SYNTHETIC for tag in tags)


def identifier(resource: Resource, system: str) -> str:
    """Give the value of the first identifier of a system, or an empty text."""
    for entry in as_list(resource.get("identifier")):
        if entry.get("system") == system:
            return str(entry.get("value", ""))
    return ""


def as_list(value: Any) -> list[Any]:
    """Give a list for a missing, single or repeated element."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def codings(concept: Any) -> Iterator[Resource]:
    """Walk the codings of a CodeableConcept (or a list of them)."""
    for one in as_list(concept):
        yield from as_list(one.get("coding"))


def code_of(concept: Any, system: str = "") -> str:
    """Give the first code of a CodeableConcept, of one system if given, or an empty text."""
    for coding in codings(concept):
        if not system or coding.get("system") == system:
            return str(coding.get("code", ""))
    return ""


def text_of(concept: Any) -> str:
    """Give what a person reads for a CodeableConcept: its text, else the first display, else the code."""
    for one in as_list(concept):
        if one.get("text"):
            return str(one["text"])
        for coding in as_list(one.get("coding")):
            if coding.get("display") or coding.get("code"):
                return str(coding.get("display") or coding["code"])
    return ""


def concept(system: str, code: str, display: str = "", text: str = "") -> Resource:
    """Build a CodeableConcept with one coding."""
    coding = {"system": system, "code": code}
    if display:
        coding["display"] = display
    return {"coding": [coding], "text": text or display} if (text or display) else {"coding": [coding]}


def extension(resource: Resource, url: str) -> Any:
    """Give the value of the first extension with this URL (its `value[x]`, or its parts), or None."""
    for entry in as_list(resource.get("extension")):
        if entry.get("url") == url:
            for key, value in entry.items():
                if key.startswith("value"):
                    return value
            return as_list(entry.get("extension"))
    return None


def set_extension(resource: Resource, url: str, **value: Any) -> None:
    """Put one extension in place, e.g. `set_extension(r, URL, valueCode="waiting")`; no value removes it."""
    listed = as_list(resource.get("extension"))
    place = next((i for i, e in enumerate(listed) if e.get("url") == url), len(listed))
    others = [e for e in listed if e.get("url") != url]
    if value:
        others.insert(place, {"url": url, **value})
    if others:
        resource["extension"] = others
    else:
        resource.pop("extension", None)


def parse_date(text: str) -> date | None:
    """Read the date of a FHIR date or dateTime; a year or month alone counts from its first day."""
    if not text:
        return None
    head = text[:10]
    padded = head + "-01-01"[len(head) - 4 :] if len(head) < 10 else head
    try:
        return date.fromisoformat(padded)
    except ValueError:
        return None
