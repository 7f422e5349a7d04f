"""How one hub is run."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from pathlib import Path

from workstation.core.errors import Invalid
from workstation.core.i18n import _


@dataclass(frozen=True, slots=True)
class HubConfig:
    """Everything that can be chosen when a hub is started. `max_body` in bytes; `base_url` as clients see it."""

    data: Path
    host: str = "127.0.0.1"
    port: int = 0
    tls_cert: Path | None = None
    tls_key: Path | None = None
    insecure_http: bool = False
    key_file: Path | None = None
    max_body: int = 25 * 1024 * 1024
    referential_integrity: bool = True
    base_url: str = ""

    @property
    def tls(self) -> bool:
        """Say whether connections are encrypted."""
        return self.tls_cert is not None

    def check(self) -> None:
        """Raise Invalid for choices that cannot work or would send records in the clear over a network."""
        if (self.tls_cert is None) != (self.tls_key is None):
            raise Invalid(
                _("TLS needs both a certificate and a key."), _("Give --tls-cert and --tls-key."), "tls-cert"
            )
        if self.tls or self.insecure_http or _is_loopback(self.host):
            return
        raise Invalid(
            _("The hub would send records unencrypted over the network."),
            _("Give --tls-cert and --tls-key, or --insecure-http if something else encrypts the line."),
            "host",
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
