"""Many at once: nothing lost, nothing twice, nothing half."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from sync.hub import admin, audit
from sync.hub.store import Store
from tests.plugins.hub import RunningHub

NDJSON_LINES = 3000


def counter(value: int) -> dict[str, object]:
    return {
        "resourceType": "Basic",
        "id": "c",
        "code": {"text": "counter"},
        "identifier": [{"value": str(value)}],
    }


def test_six_writers_with_guards_lose_no_edit(hub: RunningHub) -> None:
    hub.client().put("Basic/c", json=counter(0))

    def write(client: httpx.Client) -> None:
        for _ in range(20):
            while True:
                read = client.get("Basic/c")
                value = int(read.json()["identifier"][0]["value"])
                guard = {"If-Match": read.headers["etag"]}
                answer = client.put("Basic/c", json=counter(value + 1), headers=guard)
                if answer.status_code == 200:
                    break
                assert answer.status_code == 412

    clients = [hub.client() for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        for done in [pool.submit(write, client) for client in clients]:
            done.result()
    final = clients[0].get("Basic/c")
    assert final.json()["identifier"][0]["value"] == "120"
    assert final.headers["etag"] == 'W/"121"'


def test_sixteen_conditional_creates_store_one(hub: RunningHub) -> None:
    body = {"resourceType": "Patient", "identifier": [{"system": "urn:op", "value": "1"}]}
    clients = [hub.client() for _ in range(16)]
    together = threading.Barrier(16)

    def create(client: httpx.Client) -> tuple[int, str]:
        together.wait()
        answer = client.post("Patient", json=body, headers={"If-None-Exist": "identifier=urn:op|1"})
        return answer.status_code, answer.json()["id"]

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(create, clients))
    assert sorted(status for status, _ in answers) == [200] * 15 + [201]
    assert len({identity for _, identity in answers}) == 1
    assert clients[0].get("Patient?_summary=count").json()["total"] == 1


def test_sixteen_creations_under_one_id_store_one(hub: RunningHub) -> None:
    clients = [hub.client() for _ in range(16)]
    together = threading.Barrier(16)

    def create(client: httpx.Client) -> int:
        together.wait()
        body = {"resourceType": "Patient", "id": "p"}
        return client.put("Patient/p", json=body, headers={"If-None-Match": "*"}).status_code

    with ThreadPoolExecutor(16) as pool:
        assert sorted(pool.map(create, clients)) == [201] + [412] * 15


def test_a_second_process_keeps_numbers_and_times_in_order(hub: RunningHub, tmp_path: Path) -> None:
    """The service writes while another process loads; the change log of both is one line."""
    source = tmp_path / "many.ndjson"
    source.write_text(
        "".join(
            f'{{"resourceType":"Basic","id":"l{n}","code":{{"text":"loaded"}}}}\n'
            for n in range(NDJSON_LINES)
        )
    )
    script = (
        "import sys; from pathlib import Path; from sync.hub import admin\n"
        "done = admin.load(Path(sys.argv[1]), [Path(sys.argv[3])], Path(sys.argv[2])); print(done.stored)"
    )
    arguments = [str(hub.data), str(hub.config.key_file), str(source)]
    client = hub.client()
    written = 0
    with subprocess.Popen(
        [sys.executable, "-c", script, *arguments], stdout=subprocess.PIPE, text=True
    ) as other:
        while other.poll() is None:
            written += 1
            client.put(f"Basic/s{written}", json={**counter(0), "id": f"s{written}"}).raise_for_status()
        assert other.stdout is not None
        assert other.stdout.read().strip() == str(NDJSON_LINES)
    with hub.store.reading() as reader:
        rows = reader.raw.execute("SELECT seq, updated FROM version ORDER BY seq").fetchall()
    assert len(rows) == NDJSON_LINES + written
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
    assert all(one[1] < other[1] for one, other in itertools.pairwise(rows))
    assert client.get("Basic?_summary=count").json()["total"] == len(rows)


WRITER = """
import sys
from pathlib import Path
from sync.hub.store import Store
store = Store.open(Path(sys.argv[1]), Path(sys.argv[2]))
number = 0
while True:
    number += 1
    with store.writing() as writer:
        for part in range(5):
            identity = f"k{number}-{part}"
            resource = {"resourceType": "Patient", "id": identity, "name": [{"text": "x" * 200}]}
            writer.put(resource, "PUT", None)
    print(number, flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX")
def test_a_killed_writer_leaves_whole_transactions_and_a_sound_file(tmp_path: Path) -> None:
    data, key = tmp_path / "hub", tmp_path / "k.key"
    Store.open(data, key).close()
    acknowledged = 0
    for round_number in range(5):
        script = WRITER.replace('f"k{number}-{part}"', f'f"r{round_number}-{{number}}-{{part}}"')
        with subprocess.Popen(
            [sys.executable, "-c", script, str(data), str(key)], stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                acknowledged += 1
                if int(line) >= 20 + round_number * 7:
                    break
            os.kill(process.pid, signal.SIGKILL)
        store = Store.open(data, key)
        with store.reading() as reader:
            total = reader.counts()["Patient"]
            assert reader.raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert reader.raw.execute("PRAGMA cipher_integrity_check").fetchall() == []
        store.close()
        assert total % 5 == 0
        assert total >= acknowledged * 5


def test_the_trail_of_many_writers_is_one_unbroken_chain(make_hub: Callable[..., RunningHub]) -> None:
    hub = make_hub()
    clients = [hub.client(user) for user in ("doc", "nurse", "pharm", "reg")]

    def work(client: httpx.Client) -> None:
        for number in range(10):
            client.post("Basic", json={"resourceType": "Basic", "code": {"text": str(number)}})
            client.get("Basic?_count=1")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, clients))
    for client in clients:
        client.close()
    hub.stop()
    with admin.opened(hub.data, hub.config.key_file) as store:
        assert audit.verify(store) is None
        with store.reading() as reader:
            count = reader.raw.execute("SELECT count(*) FROM trail WHERE action LIKE 'fhir.%'").fetchone()[0]
    assert count == 80
