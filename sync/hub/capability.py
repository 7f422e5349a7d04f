"""What this server can do, as a CapabilityStatement; a client should believe only what it has probed."""

from __future__ import annotations

from typing import Any, Final

from sync.hub.store.rows import parameters
from sync.hub.validation import TYPES
from workstation.fhir.resources import Resource
from workstation.fhir.search import ALIASES
from workstation.fhir.systems import BASE

CHANGE_FEED: Final = f"{BASE}/StructureDefinition/change-feed"
HUB_ID: Final = f"{BASE}/StructureDefinition/hub-id"
OAUTH: Final = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"
INTERACTIONS: Final = (
    "read",
    "vread",
    "update",
    "patch",
    "delete",
    "history-instance",
    "history-type",
    "create",
    "search-type",
)


def statement(base: str, version: str, hub_id: str, started: str) -> Resource:
    """Build the CapabilityStatement. `base` is the FHIR base address, `started` an instant."""
    root = base.removesuffix("/fhir")
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": started,
        "kind": "instance",
        "software": {"name": "Qingnang hub", "version": version},
        "implementation": {
            "description": "Qingnang hub: the embedded centre of a small hospital",
            "url": base,
            "extension": [{"url": HUB_ID, "valueString": hub_id}],
        },
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "json"],
        "patchFormat": ["application/json-patch+json"],
        "rest": [
            {
                "mode": "server",
                "extension": [{"url": CHANGE_FEED, "valueUrl": f"{root}/events"}],
                "security": _security(root),
                "interaction": [{"code": c} for c in ("transaction", "batch", "history-system")],
                "resource": [_resource(kind) for kind in sorted(TYPES)],
            }
        ],
    }


def _security(root: str) -> dict[str, Any]:
    uris = [
        {"url": "token", "valueUri": f"{root}/auth/token"},
        {"url": "revoke", "valueUri": f"{root}/auth/revoke"},
    ]
    system = "http://terminology.hl7.org/CodeSystem/restful-security-service"
    return {
        "extension": [{"url": OAUTH, "extension": uris}],
        "service": [
            {"coding": [{"system": system, "code": "OAuth"}], "text": "Bearer tokens from /auth/token"}
        ],
    }


def _resource(kind: str) -> dict[str, Any]:
    table = parameters(kind)
    references = sorted(name for name, (form, _) in table.items() if form == "reference")
    row: dict[str, Any] = {
        "type": kind,
        "interaction": [{"code": code} for code in INTERACTIONS],
        "versioning": "versioned-update",
        "readHistory": True,
        "updateCreate": True,
        "conditionalCreate": True,
        "conditionalRead": "not-match",
        "conditionalUpdate": True,
        "conditionalDelete": "not-supported",
        "referencePolicy": ["literal", "enforced"],
        "searchParam": [
            {"name": "_id", "type": "token"},
            {"name": "_lastUpdated", "type": "date"},
            *({"name": name, "type": form} for name, (form, _) in sorted(table.items())),
            *({"name": also, "type": table[name][0]} for also, name in ALIASES.items() if name in table),
        ],
    }
    if references:
        row["searchInclude"] = [f"{kind}:{name}" for name in references]
    return row
