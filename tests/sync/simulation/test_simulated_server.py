"""The simulated server has the opinions it says it has: the probe learns by trying what was switched on."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from sync.address import Address
from sync.admission import standing
from sync.auth import NoAuth
from sync.client import Client
from sync.errors import Busy, Gone, NotFhir, Refused, Stale, Unauthorised, Unreachable
from sync.server_profile import Verdict
from tests.sync.simulation import work
from tests.sync.simulation.desk import KEY, NO_TLS, DeskClock
from tests.sync.simulation.ledger import Write
from tests.sync.simulation.lists import BASE
from tests.sync.simulation.network import Network
from tests.sync.simulation.profiles import PROFILES, Paging, Tombstone, Versions
from tests.sync.simulation.server import Server, Time
from tests.sync.simulation.world import template
from workstation.core.errors import UserError
from workstation.store.store import Store


def a_line(name: str) -> tuple[Server, Network, Client]:
    server = Server(PROFILES[name], Time())
    network = Network(server, "d0")
    return server, network, Client(Address(BASE), NoAuth(), transport=network, verify=NO_TLS)


@pytest.mark.parametrize("name", PROFILES)
def test_the_probe_learns_of_a_simulated_server_what_was_switched_on(name: str, folder: Path) -> None:
    profile = PROFILES[name]
    store = Store.open(template(profile, folder), KEY, DeskClock(Time(), 1), lambda text: ())
    kept = standing(store, BASE)
    store.close()
    assert kept is not None
    found = kept.profile
    assert (found.guards.alone, found.guards.in_bundle) == (profile.guards, profile.guards)
    assert found.guards.on_create == profile.create_guard
    assert found.guards.on_delete == profile.delete_guard
    assert found.writes.update_create == profile.client_ids
    assert found.writes.noop_makes_version != profile.keeps_unchanged
    assert found.writes.deleted_status == profile.gone
    assert found.writes.version_form == {
        Versions.NUMBER: "number", Versions.UUID: "uuid", Versions.OPAQUE: "other"}[profile.versions]  # fmt: skip
    assert (found.changes.history_type, found.changes.history_system) == (
        profile.type_history,
        profile.system_history,
    )
    assert found.lists.read_your_write == (not profile.index_lag)
    if profile.guards:
        assert found.guards.alone_status == profile.stale
        assert found.transactions.atomic == profile.atomic
        assert found.transactions.tells_versions == profile.etags
    if profile.type_history:
        assert found.changes.tombstone == (
            "gone-entry" if profile.tombstone is Tombstone.GONE else "delete-entry"
        )
        assert found.changes.whole_seconds == profile.whole_seconds
    if not profile.index_lag:
        assert found.lists.cached == bool(profile.cache)
        assert found.lists.loses_rows == (profile.paging is Paging.OFFSET)


@pytest.mark.parametrize("name", PROFILES)
def test_a_server_that_ignores_guards_is_found_out_within_ten_requests_and_only_such_a_one_is_refused(
    name: str, folder: Path
) -> None:
    profile = PROFILES[name]
    store = Store.open(template(profile, folder), KEY, DeskClock(Time(), 1), lambda text: ())
    kept = standing(store, BASE)
    store.close()
    assert kept is not None
    assert kept.profile.decided_after < 10
    assert (kept.verdict is Verdict.REFUSED) == (not profile.guards)
    assert kept.may_send == profile.guards


def test_what_commits_late_keeps_the_stamp_of_its_start() -> None:
    server, _network, client = a_line("hapi")
    server.write(Write("PUT", "Patient", "slow", work.patient("slow", "mark-1")), late=60)
    server.time.pass_(10)
    server.put(work.patient("quick", "mark-2"))
    found = client.search("Patient", {"_sort": "_lastUpdated"})
    assert [e["resource"]["id"] for e in found["entry"]] == ["quick"]
    server.time.pass_(60)
    found = client.search("Patient", {"_sort": "_lastUpdated"})
    assert [e["resource"]["id"] for e in found["entry"]] == ["slow", "quick"]


def test_a_search_is_answered_from_memory_unless_the_client_objects() -> None:
    server, network, client = a_line("hapi")
    answers = []
    for kind in ("no-store", "no-cache"):
        client.exchange("GET", "Patient", params={"_count": "5"})
        server.put(work.patient(kind, "mark-1"))
        answer = client.exchange("GET", "Patient", headers={"Cache-Control": kind}, params={"_count": "5"})
        answers.append(kind.encode() in answer.body)
    assert answers == [False, True]
    assert network.sent == 4


def test_a_search_of_an_asynchronous_index_lags_and_a_read_does_not() -> None:
    server, _network, client = a_line("google")
    server.put(work.patient("p1", "mark-1"))
    assert client.search("Patient", {})["entry"] == []
    assert client.read("Patient", "p1")["id"] == "p1"
    server.time.pass_(30)
    assert len(client.search("Patient", {})["entry"]) == 1


def test_a_kept_list_expires() -> None:
    server, _network, client = a_line("hapi")
    for number in range(25):
        server.put(work.patient(f"p{number}", "mark-1"))
    link = client.next_link(client.search("Patient", {}))
    assert len(client.follow(link)["entry"]) == 10
    server.time.pass_(timedelta(hours=2).total_seconds())
    with pytest.raises(Gone):
        client.follow(link)


def transaction(*entries: tuple[str, str, dict[str, str]]) -> dict[str, object]:
    rows = [
        {"resource": work.patient(id_, mark), "request": {"method": "PUT", "url": f"Patient/{id_}", **guard}}
        for id_, mark, guard in entries
    ]
    return {"resourceType": "Bundle", "type": "transaction", "entry": rows}


def test_a_transaction_that_fails_leaves_nothing_where_it_is_one_and_a_part_where_it_is_none() -> None:
    bundle = transaction(("new", "mark-1", {}), ("old", "mark-2", {"ifMatch": 'W/"9"'}))
    for name, left in (("azure", []), ("medplum-router", ["new"])):
        server, _network, client = a_line(name)
        server.put(work.patient("old", "mark-0"))
        try:
            answer = client.transact(bundle)
        except Stale:
            answer = {}
        assert [i for i in server.bodies("Patient") if i != "old"] == left
        told = [entry["response"]["status"][:3] for entry in answer.get("entry", [])]
        assert told == (["201", "412"] if left else [])


RAISED: dict[str, type[UserError]] = {
    "drop request": Unreachable,
    "drop answer": Unreachable,
    "hold up": Unreachable,
    "portal": NotFhir,
    "redirect": NotFhir,
    "gateway": Busy,
    "fell over": Busy,
    "cut short": NotFhir,
    "cut gzip": NotFhir,
    "401": Unauthorised,
    "403": Refused,
    "408": Busy,
    "409": Stale,
    "412": Stale,
    "413": Refused,
    "422": Refused,
    "429": Busy,
    "500": Busy,
    "503": Busy,
}
DONE = ("drop answer", "gateway", "fell over", "cut short", "cut gzip")


@pytest.mark.parametrize("fault", RAISED)
def test_each_fault_of_the_line_is_seen_for_what_it_is_and_some_leave_the_work_done(fault: str) -> None:
    server, network, client = a_line("hub")
    network.plan = [fault]
    with pytest.raises(RAISED[fault]):
        client.transact(transaction(("p1", "mark-1", {"ifNoneMatch": "*"})))
    assert ("p1" in server.bodies("Patient")) == (fault in DONE)
    network.deliver_late()
    assert ("p1" in server.bodies("Patient")) == (fault in (*DONE, "hold up"))


def test_a_request_that_arrives_twice_is_done_once_where_creation_is_guarded() -> None:
    for fault in ("double", "double first"):
        server, network, client = a_line("hub")
        network.plan = [fault]
        try:
            client.transact(transaction(("p1", "mark-1", {"ifNoneMatch": "*"})))
        except Stale:
            assert fault == "double"
        assert len(server.ledger.log) == 1
