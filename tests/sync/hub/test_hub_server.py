"""Starting, stopping, announcing and waking: the hub as a process and as a thread."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from sync.hub import admin
from sync.hub.capability import CHANGE_FEED, HUB_ID
from sync.hub.config import HubConfig
from sync.hub.server import HubServer
from tests.plugins.hub import RunningHub
from workstation.core.errors import Conflict, Invalid, Unavailable


def test_the_statement_is_public_and_says_what_the_hub_can(hub: RunningHub) -> None:
    statement = httpx.get(f"{hub.url}/metadata").json()
    assert statement["resourceType"] == "CapabilityStatement"
    assert statement["fhirVersion"] == "4.0.1"
    assert statement["implementation"]["url"] == hub.url
    assert statement["implementation"]["description"]
    assert statement["implementation"]["extension"][0]["url"] == HUB_ID
    rest = statement["rest"][0]
    assert {row["code"] for row in rest["interaction"]} == {"transaction", "batch", "history-system"}
    assert rest["extension"] == [{"url": CHANGE_FEED, "valueUrl": f"{hub.root}/events"}]
    patient = next(row for row in rest["resource"] if row["type"] == "Patient")
    assert {row["code"] for row in patient["interaction"]} >= {
        "read",
        "vread",
        "update",
        "patch",
        "delete",
        "create",
    }
    assert {"name": "birthdate", "type": "date"} in patient["searchParam"]
    assert patient["updateCreate"] is True
    assert patient["conditionalCreate"] is True


def test_the_statement_is_itself_valid_fhir(hub: RunningHub) -> None:
    from sync.hub.validation import problems

    assert problems(httpx.get(f"{hub.url}/metadata").json()) == ()


def test_addresses_follow_the_configured_base(make_hub: Callable[..., RunningHub]) -> None:
    hub = make_hub(base_url="https://hub.clinic.example/fhir/")
    headers = {"Authorization": f"Bearer {hub.token()}"}
    answer = httpx.post(
        f"http://127.0.0.1:{hub.server.port}/fhir/Patient", json={"resourceType": "Patient"}, headers=headers
    )
    assert answer.headers["location"].startswith("https://hub.clinic.example/fhir/Patient/")


class Poll:
    """A long poll in its own thread."""

    def __init__(self, hub: RunningHub, after: int, wait: int = 20) -> None:
        self.answer: Any = None
        self._client = hub.client()
        self._address = f"{hub.root}/events?after={after}&wait={wait}"
        self._thread = threading.Thread(target=self._ask)
        self._thread.start()

    def _ask(self) -> None:
        self.answer = self._client.get(self._address).json()

    def result(self) -> Any:
        self._thread.join(timeout=30)
        return self.answer


def waiting(hub: RunningHub, count: int) -> None:
    """Return once so many polls are waiting inside the hub."""
    ready = threading.Event()
    while hub.server.listeners < count:
        ready.wait(0.01)


def test_a_poll_is_answered_when_something_changes(hub: RunningHub) -> None:
    polls = [Poll(hub, 0) for _ in range(8)]
    waiting(hub, 8)
    hub.client().put("Patient/p", json={"resourceType": "Patient", "id": "p"})
    assert [poll.result() for poll in polls] == [{"sequence": 1}] * 8


def test_a_poll_behind_the_log_is_answered_at_once_and_one_ahead_of_it_too(hub: RunningHub) -> None:
    client = hub.client()
    for _ in range(3):
        client.put("Patient/p", json={"resourceType": "Patient", "id": "p"})
    for after in (0, 2, 99):
        assert client.get(f"{hub.root}/events?after={after}&wait=20").json() == {"sequence": 3}
    assert client.get(f"{hub.root}/events?after=3&wait=0").json() == {"sequence": 3}
    assert client.get(f"{hub.root}/events?after=x").status_code == 400


def test_a_poll_hears_of_what_another_process_wrote(hub: RunningHub, tmp_path: Path) -> None:
    poll = Poll(hub, 0)
    waiting(hub, 1)
    source = tmp_path / "a.json"
    source.write_text(json.dumps({"resourceType": "Patient", "id": "p"}))
    admin.load(hub.data, [source], hub.config.key_file)
    assert poll.result() == {"sequence": 1}


def test_stopping_answers_those_who_wait(hub: RunningHub) -> None:
    poll = Poll(hub, 0)
    waiting(hub, 1)
    hub.stop()
    assert poll.result() == {"sequence": 0}


def test_a_refused_write_wakes_nobody(hub: RunningHub) -> None:
    client = hub.client()
    assert client.put("Patient/p", json={"resourceType": "Patient", "id": "q"}).status_code == 400
    assert client.get(f"{hub.root}/events?after=0&wait=0").json() == {"sequence": 0}


REFUSED = [
    {"host": "0.0.0.0"},  # noqa: S104 - refused
    {"host": "192.0.2.7"},
    {"host": "hub.clinic.example"},
    {"host": "::"},
    {"tls_cert": Path("cert.pem")},
    {"tls_key": Path("key.pem")},
]


@pytest.mark.parametrize("settings", REFUSED, ids=str)
def test_records_do_not_go_over_a_network_in_the_clear(tmp_path: Path, settings: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        HubServer(HubConfig(tmp_path / "hub", **settings)).start()
    assert not (tmp_path / "hub").exists()


def test_the_clear_over_a_network_must_be_asked_for(make_hub: Callable[..., RunningHub]) -> None:
    hub = make_hub(host="0.0.0.0", insecure_http=True)  # noqa: S104 - what is tested
    assert hub.url.startswith("http://127.0.0.1:")
    assert httpx.get(f"{hub.url}/metadata").status_code == 200


def test_tls_serves_https_only(make_hub: Callable[..., RunningHub], tmp_path: Path) -> None:
    cert, key = certificate(tmp_path)
    hub = make_hub(tls_cert=cert, tls_key=key)
    assert hub.url.startswith("https://127.0.0.1:")
    import ssl

    context = ssl.create_default_context(cafile=str(cert))
    assert httpx.get(f"{hub.url}/metadata", verify=context).json()["implementation"]["url"] == hub.url
    with pytest.raises(httpx.HTTPError):
        httpx.get(hub.url.replace("https", "http") + "/metadata")


def test_a_broken_certificate_is_named_and_frees_the_folder(tmp_path: Path) -> None:
    (tmp_path / "cert.pem").write_text("nonsense")
    (tmp_path / "key.pem").write_text("nonsense")
    config = HubConfig(
        tmp_path / "hub",
        tls_cert=tmp_path / "cert.pem",
        tls_key=tmp_path / "key.pem",
        key_file=tmp_path / "k.key",
    )
    with pytest.raises(Unavailable, match="TLS"):
        HubServer(config).start()
    server = HubServer(HubConfig(tmp_path / "hub", key_file=tmp_path / "k.key"))
    server.start()
    server.stop()


def test_one_folder_is_served_once(hub: RunningHub) -> None:
    with pytest.raises(Conflict, match="already serving"):
        HubServer(hub.config).start()
    hub.restart()
    assert httpx.get(f"{hub.url}/metadata").status_code == 200


def test_a_taken_port_is_told_in_words(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Unavailable, match=str(port)):
            HubServer(HubConfig(tmp_path / "hub", port=port, key_file=tmp_path / "k.key")).start()


def test_what_was_stored_is_there_after_a_restart_on_the_same_address(hub: RunningHub) -> None:
    hub.client().put("Patient/p", json={"resourceType": "Patient", "id": "p"})
    before = hub.url
    assert hub.restart() == before
    assert hub.client().get("Patient/p").headers["etag"] == 'W/"1"'


SERVE = """
import sys
from pathlib import Path
from sync.hub.config import HubConfig
from sync.hub.server import serve_forever
serve_forever(HubConfig(Path(sys.argv[1]), key_file=Path(sys.argv[2])))
"""


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_serving_process_prints_its_address_and_nothing_else_and_ends_cleanly(
    tmp_path: Path, number: signal.Signals
) -> None:
    data, key = tmp_path / "hub", tmp_path / "k.key"
    admin.user_add(data, "doc", "nurse", "secret-1", key_file=key)
    token = admin.token_create(data, "doc", key)
    with subprocess.Popen(
        [sys.executable, "-c", SERVE, str(data), str(key)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        url = process.stdout.readline().strip()
        assert url.startswith("http://127.0.0.1:")
        assert url.endswith("/fhir")
        headers = {"Authorization": f"Bearer {token}"}
        answer = httpx.put(f"{url}/Patient/p", json={"resourceType": "Patient", "id": "p"}, headers=headers)
        assert answer.status_code == 201
        assert admin.status(data, key).running
        process.send_signal(number)
        assert process.stdout.read() == ""
        assert process.stderr.read() == ""
        assert process.wait(timeout=30) == 0
    assert not admin.status(data, key).running
    assert not (data / "hub.db-wal").exists()


def certificate(folder: Path) -> tuple[Path, Path]:
    """Make a self-signed certificate for 127.0.0.1."""
    import datetime
    import ipaddress

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = folder / "cert.pem", folder / "key.pem"
    cert_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return cert_file, key_file
