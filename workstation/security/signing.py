"""Signatures: a Provenance over the canonical bytes of what was signed.

Without a certificate authority this is a digest bound to the signer's unlocked session, not a reliable electronic
signature in the sense of 电子签名法 article 13; papers say so and are signed by hand.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import datetime

from workstation.core.clock import instant
from workstation.core.events import Ref
from workstation.fhir import systems
from workstation.fhir.resources import Resource, as_list, content, ref_of, reference
from workstation.security.permissions import Actor

AUTHOR = ("1.2.840.10065.1.12.1.1", "Author's Signature")


def who(actor: Actor) -> Resource:
    """Give a Reference to the signed-in person; a name alone where nobody is on the staff list."""
    if not actor.practitioner:
        return {"display": actor.name}
    return reference(Ref("Practitioner", actor.practitioner), actor.name)


def digest(resources: Sequence[Resource]) -> str:
    """Give the SHA-256 over the canonical content of the resources, in order, as hex."""
    total = hashlib.sha256()
    for resource in resources:
        total.update(content(resource))
    return total.hexdigest()


def sign(resources: Sequence[Resource], actor: Actor, now: datetime, id_: str) -> Resource:
    """Build the Provenance that signs these resources for the actor."""
    signer = who(actor)
    return {
        "resourceType": "Provenance",
        "id": id_,
        "target": [reference(ref_of(resource)) for resource in resources],
        "recorded": instant(now),
        "activity": {"text": "signed"},
        "agent": [{"who": signer}],
        "signature": [
            {
                "type": [{"system": systems.SIGNATURE_TYPE, "code": AUTHOR[0], "display": AUTHOR[1]}],
                "when": instant(now),
                "who": signer,
                "sigFormat": "application/vnd.qingnang.sha256",
                "data": _encoded(resources),
            }
        ],
    }


def holds(provenance: Resource, resources: Sequence[Resource]) -> bool:
    """Say whether the signed content is still what was signed."""
    expected = _encoded(resources)
    return any(signature.get("data") == expected for signature in as_list(provenance.get("signature")))


def _encoded(resources: Sequence[Resource]) -> str:
    return base64.b64encode(bytes.fromhex(digest(resources))).decode()
