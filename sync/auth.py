"""Signing this desk in at its centre. Tokens live in memory or in the system's keyring, never in a log or a file."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import Final, Protocol

from sync.errors import NotFhir, Unauthorised
from workstation.core.errors import Unavailable
from workstation.core.i18n import _
from workstation.fhir.resources import Resource

PostForm = Callable[[str, Mapping[str, str]], Resource]
TOKEN_PATH: Final = "/auth/token"  # noqa: S105 - a path
SERVICE: Final = "qingnang"


class SecretBox(Protocol):
    """Where secrets are kept between two starts of the program."""

    def get(self, name: str) -> str:
        """Give a secret, or an empty text."""

    def put(self, name: str, secret: str) -> None:
        """Keep a secret; an empty one removes it."""


class Auth(Protocol):
    """How requests to the centre are signed in. Threads may share it."""

    def token(self, post: PostForm) -> str:
        """Give the bearer token to send, or an empty text for none. Raises Unauthorised."""

    def renew(self, post: PostForm, refused: str) -> bool:
        """The centre answered 401 to this token: get another. False when that needs a person."""


class MemoryBox:
    """Secrets that are forgotten when the program ends."""

    def __init__(self) -> None:
        self._secrets: dict[str, str] = {}

    def get(self, name: str) -> str:
        """Give a secret, or an empty text."""
        return self._secrets.get(name, "")

    def put(self, name: str, secret: str) -> None:
        """Keep a secret; an empty one removes it."""
        self._secrets[name] = secret


class KeyringBox:
    """Secrets in the keyring of the operating system. Both methods raise Unavailable when it is locked or missing."""

    def get(self, name: str) -> str:
        """Give a secret, or an empty text."""
        with _keyring() as keyring:
            return keyring.get_password(SERVICE, name) or ""

    def put(self, name: str, secret: str) -> None:
        """Keep a secret; an empty one removes it."""
        with _keyring() as keyring:
            if secret:
                keyring.set_password(SERVICE, name, secret)
            elif keyring.get_password(SERVICE, name) is not None:
                keyring.delete_password(SERVICE, name)


@contextmanager
def _keyring() -> Iterator[ModuleType]:
    import keyring  # here, not above: its 85 ms are paid only by a desk that uses one
    from keyring.errors import KeyringError

    try:
        yield keyring
    except KeyringError as error:
        raise Unavailable(
            _("The keyring of this computer is locked or missing."),
            _("Unlock it, then sign in to the centre again. Everything is saved on this desk."),
        ) from error


class NoAuth:
    """A centre that asks for no sign-in."""

    def token(self, post: PostForm) -> str:
        """Give no token."""
        return ""

    def renew(self, post: PostForm, refused: str) -> bool:
        """There is nothing to renew."""
        return False


class Bearer:
    """One fixed token, kept in the box under `name`."""

    def __init__(self, box: SecretBox, name: str) -> None:
        self._box = box
        self._name = name

    def token(self, post: PostForm) -> str:
        """Give the token. Raises Unauthorised when there is none."""
        token = self._box.get(self._name)
        if not token:
            raise Unauthorised
        return token

    def renew(self, post: PostForm, refused: str) -> bool:
        """Only a person can give another token; one that was given meanwhile is tried."""
        return self._box.get(self._name) not in ("", refused)


class HubPassword:
    """The hub's own accounts: a password buys a short access token and a refresh token that is used only once."""

    def __init__(self, box: SecretBox, name: str) -> None:
        self._box = box
        self._name = name
        self._access = ""
        self._lock = threading.Lock()

    def sign_in(self, post: PostForm, user: str, password: str, station: str = "") -> None:
        """Trade a password for tokens; the password itself is not kept. Raises Unauthorised."""
        form = {"grant_type": "password", "username": user, "password": password, "station": station}
        with self._lock:
            self._trade(post, form)

    def sign_out(self) -> None:
        """Forget every token."""
        with self._lock:
            self._access = ""
            self._box.put(self._name, "")

    def token(self, post: PostForm) -> str:
        """Give the access token, a new one if there is none yet. Raises Unauthorised."""
        with self._lock:
            if not self._access:
                self._refresh(post)
            return self._access

    def renew(self, post: PostForm, refused: str) -> bool:
        """Refresh once; a token that another thread has renewed meanwhile counts."""
        with self._lock:
            if self._access and self._access != refused:
                return True
            self._access = ""
            try:
                self._refresh(post)
            except Unauthorised:
                return False
            return True

    def _refresh(self, post: PostForm) -> None:
        refresh = self._box.get(self._name)
        if not refresh:
            raise Unauthorised
        try:
            self._trade(post, {"grant_type": "refresh_token", "refresh_token": refresh})
        except Unauthorised:
            self._box.put(self._name, "")
            raise

    def _trade(self, post: PostForm, form: Mapping[str, str]) -> None:
        answer = post(TOKEN_PATH, form)
        access, refresh = answer.get("access_token"), answer.get("refresh_token")
        if not isinstance(access, str) or not access:
            raise NotFhir("no access token in the answer to a sign-in")
        self._box.put(self._name, refresh if isinstance(refresh, str) else "")
        self._access = access
