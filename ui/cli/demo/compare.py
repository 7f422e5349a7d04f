"""Are a desk and the centre equal? Every record of both is compared by its content, `meta` aside."""

from __future__ import annotations

from collections.abc import Iterable

from sync.client import Client
from workstation.desk import Desk
from workstation.fhir.resources import Resource, as_list, content
from workstation.fhir.search import PARAMS

PAGE = "1000"
NOT_WANTED = frozenset({"AuditEvent", "Binary"})


def centre_records(client: Client, kinds: Iterable[str]) -> dict[str, bytes]:
    """Read every record of these types from the centre, as `Type/id` to canonical content."""
    found: dict[str, bytes] = {}
    for kind in kinds:
        bundle = client.search(kind, {"_count": PAGE, "_sort": "_lastUpdated"})
        while True:
            for entry in as_list(bundle.get("entry")):
                resource: Resource = entry["resource"]
                found[f"{resource['resourceType']}/{resource['id']}"] = content(resource)
            link = client.next_link(bundle)
            if not link:
                break
            bundle = client.follow(link)
    return found


def desk_records(desk: Desk, kinds: Iterable[str]) -> dict[str, bytes]:
    """Read every record of these types from a desk."""
    with desk.store.reader() as reader:
        return {
            f"{kind}/{resource['id']}": content(resource) for kind in kinds for resource in reader.find(kind)
        }


def differences(name: str, desk: Desk, client: Client, limit: int = 20) -> list[str]:
    """Name the records that differ between a desk and the centre; no content is given."""
    kinds = [kind for kind in PARAMS if kind not in NOT_WANTED]
    here, there = desk_records(desk, kinds), centre_records(client, kinds)
    found = [f"{name}: {key} is only here" for key in sorted(here.keys() - there.keys())]
    found += [f"{name}: {key} is only at the centre" for key in sorted(there.keys() - here.keys())]
    found += [
        f"{name}: {key} differs" for key in sorted(here.keys() & there.keys()) if here[key] != there[key]
    ]
    return found[:limit]
