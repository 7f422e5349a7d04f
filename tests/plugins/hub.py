"""A real hub over real HTTP, for any test that needs a centre."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher

from sync.hub import auth
from sync.hub.config import HubConfig
from sync.hub.server import HubServer
from sync.hub.store import Store
from sync.hub.store.accounts import Account

PASSWORD = "hub-246810"
QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
HUB_USERS = {
    "admin": ("何伟", "administrator"),
    "auditor": ("吴静", "auditor"),
    "doc": ("王敏", "doctor-attending"),
    "nurse": ("陈洁", "nurse"),
    "pharm": ("孙悦", "pharmacist"),
    "reg": ("赵磊", "registrar"),
    "lab": ("检验系统", "laboratory"),
}


@dataclass
class RunningHub:
    """A hub that listens on loopback. `url` is its FHIR base; `root` the address without /fhir."""

    config: HubConfig
    server: HubServer
    url: str = ""
    clients: list[httpx.Client] = field(default_factory=list)
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def root(self) -> str:
        return self.url.removesuffix("/fhir")

    @property
    def data(self) -> Path:
        return self.config.data

    @property
    def store(self) -> Store:
        return self.server.store

    def token(self, user: str = "doc") -> str:
        """Give a bearer token of a user."""
        if user not in self.tokens:
            self.tokens[user] = auth.station_token(self.store, user)
        return self.tokens[user]

    def client(self, user: str = "doc", **settings: Any) -> httpx.Client:
        """Give a client whose addresses are relative to the FHIR base."""
        headers = {"Authorization": f"Bearer {self.token(user)}"}
        client = httpx.Client(base_url=f"{self.url}/", headers=headers, timeout=60, **settings)
        self.clients.append(client)
        return client

    def start(self) -> str:
        """Start (again); a second start keeps the port, so that desks find it."""
        self.url = self.server.start()
        self.config = replace(self.config, port=self.server.port)
        return self.url

    def stop(self) -> None:
        self.server.stop()

    def restart(self) -> str:
        self.stop()
        self.server = HubServer(self.config)
        return self.start()

    def close(self) -> None:
        for client in self.clients:
            client.close()
        self.stop()


@pytest.fixture
def make_hub(tmp_path: Path) -> Iterator[Callable[..., RunningHub]]:
    """Make a hub with an administrator, an auditor, a doctor, a nurse, a pharmacist, a registrar and a laboratory."""
    made: list[RunningHub] = []

    def make(name: str = "hub", **settings: Any) -> RunningHub:
        config = HubConfig(tmp_path / name, key_file=tmp_path / f"{name}.key", **settings)
        hub = RunningHub(config, HubServer(config))
        hub.start()
        made.append(hub)
        for user, (display, role) in HUB_USERS.items():
            person = Account(user, display, role, f"practitioner-{user}", (), "", 0)
            auth.add_user(hub.store, person, PASSWORD, QUICK)
        return hub

    yield make
    for hub in made:
        hub.close()


@pytest.fixture
def hub(make_hub: Callable[..., RunningHub]) -> RunningHub:
    """Give a running hub with one user of each kind; `hub.url`, `hub.token("doc")`, `hub.client("doc")`."""
    return make_hub()
