"""Sending to a server that was accepted though it does not keep guards: each record alone, read first.

It answers like a server that is not atomic, with one status for every entry, so that whatever sends units reads it the
same way. Between the reading and the writing of one record another desk can still be first: that is what was accepted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from sync import wire
from sync.client import Answer, Client
from workstation.fhir.resources import Resource, as_list, read_json, version_of

NO_CACHE: Final = {"Cache-Control": "no-cache"}
NOT_SENT: Final = {"status": "412 Not sent: an earlier record of this unit was not taken"}
_GUARD: Final = re.compile(r'(?:W/)?"(.*)"')


def walk(client: Client, bundle: Resource) -> Resource:
    """Send the entries of a transaction in their order, and stop at the first that is not taken.

    Gives a transaction-response. Raises Unreachable, NotFhir and Unauthorised; what was sent by then is at the server.
    """
    entries = as_list(bundle.get("entry"))
    answers: list[Resource] = []
    given: dict[str, str] = {}
    for entry in entries:
        answers.append(_send(client, entry, given))
        if not answers[-1]["status"].startswith("2"):
            break
    answers += [dict(NOT_SENT) for _entry in entries[len(answers) :]]
    rows = [{"response": answer} for answer in answers]
    return {"resourceType": "Bundle", "type": "transaction-response", "entry": rows}


def _send(client: Client, entry: Resource, given: dict[str, str]) -> Resource:
    request: Resource = entry["request"]
    method, url = str(request["method"]), str(request["url"])
    stands = method == "POST" or _stands(client, url, request)
    if not stands:
        return {"status": "412 Another version is current"}
    answer = client.exchange(method, url, _settled(entry.get("resource"), given), _headers(request))
    response = _response(answer)
    if method == "POST" and entry.get("fullUrl") and response.get("location"):
        given[str(entry["fullUrl"])] = "/".join(
            response["location"].partition("/_history/")[0].split("/")[-2:]
        )
    return response


def _stands(client: Client, url: str, request: Resource) -> bool:
    """Read the record and say whether the guard of its entry holds."""
    found = client.exchange("GET", url, headers=NO_CACHE)
    if "ifMatch" not in request:
        return found.status == 404
    guard = _GUARD.fullmatch(str(request["ifMatch"]))
    body = _body(found)
    version = wire.etag_version(found.headers.get("etag", "")) or version_of(body)
    return found.status == 200 and guard is not None and version == guard.group(1)


def _headers(request: Mapping[str, Any]) -> dict[str, str]:
    names = {"ifMatch": "If-Match", "ifNoneMatch": "If-None-Match", "ifNoneExist": "If-None-Exist"}
    return {header: str(request[name]) for name, header in names.items() if request.get(name)}


def _settled(resource: Resource | None, given: Mapping[str, str]) -> Resource | None:
    """Put the ids that the server gave on the way in place of the names that stood for them."""
    if resource is None or not given:
        return resource
    return {key: _named(value, given) for key, value in resource.items()}


def _named(node: Any, given: Mapping[str, str]) -> Any:
    if isinstance(node, dict):
        return {
            key: given.get(value, value)
            if key == "reference" and isinstance(value, str)
            else _named(value, given)
            for key, value in node.items()
        }
    return [_named(item, given) for item in node] if isinstance(node, list) else node


def _response(answer: Answer) -> Resource:
    body = _body(answer)
    response: Resource = {"status": str(answer.status)}
    if answer.status >= 400:
        return response | {"outcome": body}
    version = wire.etag_version(answer.headers.get("etag", "")) or version_of(body)
    if version:
        response["etag"] = f'W/"{version}"'
    location = answer.headers.get("location", "")
    if not location and body.get("id"):
        location = f"{body.get('resourceType')}/{body['id']}"
    return response | ({"location": location} if location else {})


def _body(answer: Answer) -> Resource:
    try:
        body = read_json(answer.body)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
