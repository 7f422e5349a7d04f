"""The address of a centre, pinned once: a link may lead elsewhere on the same server, never to another one."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from sync.errors import ForeignLink
from workstation.core.errors import Invalid
from workstation.core.i18n import _

Origin = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Address:
    """A FHIR base URL without its trailing slash."""

    base: str

    @property
    def root(self) -> str:
        """Give scheme, host and port as a URL: where the paths outside FHIR begin."""
        parts = urlsplit(self.base)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def loopback(self) -> bool:
        """Say whether the centre runs on this very machine."""
        return _loopback(urlsplit(self.base).hostname or "")

    def within(self, link: str) -> str:
        """Give a link of the centre as an absolute URL. Raises ForeignLink when it leaves this server."""
        try:
            url = urljoin(f"{self.base}/", link)
            same = _origin(url) == _origin(self.base)
        except ValueError as error:
            raise ForeignLink from error
        if not same or urlsplit(url).username is not None:
            raise ForeignLink
        return url


def parse(text: str) -> Address:
    """Read what a person typed as the centre's address.

    Raises Invalid for what is no URL, for a user name inside it, and for http beyond this machine.
    """
    text = text.strip().rstrip("/")
    try:
        parts = urlsplit(text)
        scheme, host, _port = _origin(text)
    except ValueError:
        scheme, host = "", ""
    if scheme not in ("http", "https") or not host or parts.query or parts.fragment:
        raise Invalid(
            _("This is not the address of a centre."),
            _("It looks like https://centre.example/fhir; ask whoever runs the centre."),
            "url",
        )
    if parts.username is not None:
        raise Invalid(
            _("The address may not hold a user name or password."),
            _("Give the address alone; the sign-in is asked for separately."),
            "url",
        )
    if scheme == "http" and not _loopback(host):
        raise Invalid(
            _("The line to this centre would not be encrypted."),
            _("Patient data travels only over https. Use the centre's https address."),
            "url",
        )
    return Address(text)


def _origin(url: str) -> Origin:
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    default = {"http": 80, "https": 443}.get(scheme, 0)
    return scheme, (parts.hostname or "").lower(), parts.port or default


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
