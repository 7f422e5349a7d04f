"""The desk's store: local save beside a bare commit, and search at a million patients."""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterator
from pathlib import Path

from sqlcipher3 import dbapi2 as sqlcipher

from benchmarks.measure import Figure, percentile, spread, timed
from workstation.core.clock import SystemClock
from workstation.desk import name_keys
from workstation.fhir import systems
from workstation.fhir.resources import Resource, to_json
from workstation.security.permissions import Actor
from workstation.store.inbox import Page
from workstation.store.store import Store

ACTOR = Actor("doc", "王敏", "doctor-attending", "practitioner-doc")
RECORDS = 100_000
QUEUED = 10_000
PATIENTS = 1_000_000
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧"
GIVEN = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂兰建国志文华红玉海波龙梅"
PAGE = 5000
LOGGED = 20


def observation(number: int) -> Resource:
    """Make a laboratory value of about a kilobyte."""
    return {
        "resourceType": "Observation",
        "id": f"o{number}",
        "meta": {"versionId": "1"},
        "status": "final",
        "category": [{"coding": [{"system": systems.OBSERVATION_CATEGORY, "code": "laboratory"}]}],
        "code": {
            "coding": [{"system": systems.LOINC, "code": "718-7", "display": "Haemoglobin"}],
            "text": "血红蛋白",
        },
        "subject": {"reference": f"Patient/p{number % 997}"},
        "encounter": {"reference": f"Encounter/e{number % 3001}"},
        "effectiveDateTime": f"2026-0{number % 9 + 1}-1{number % 10}T08:{number % 60:02d}:00+08:00",
        "valueQuantity": {"value": number % 200, "unit": "g/L", "system": systems.UCUM, "code": "g/L"},
    }


def patients(count: int, dice: random.Random) -> Iterator[Resource]:
    """Make patients with Chinese names and numbers."""
    for number in range(count):
        name = dice.choice(SURNAMES) + "".join(dice.choices(GIVEN, k=dice.choice((1, 2, 2))))
        yield {
            "resourceType": "Patient",
            "id": f"p{number}",
            "meta": {"versionId": "1"},
            "identifier": [{"system": systems.PATIENT_NUMBER, "value": f"M26{number:07d}"}],
            "name": [{"text": name}],
            "gender": dice.choice(("male", "female")),
            "birthDate": f"19{number % 90 + 10}-0{number % 9 + 1}-1{number % 10}",
        }


def save(folder: Path) -> list[Figure]:
    """A local save with a full store and a long queue, beside a bare commit of the same bytes.

    The same bytes are those that reach the disk: record, index, outbox and audit together, as the log grows by a save.
    What the record's body alone would cost stands in the note.
    """
    path, key = folder / "save.db", secrets.token_bytes(32)
    store = Store.create(path, key, SystemClock(), name_keys)
    for start in range(0, RECORDS, PAGE):
        store.receive(Page("bench", str(start), [observation(n) for n in range(start, start + PAGE)]))
    for number in range(QUEUED):
        _put(store, observation(RECORDS + number))
    numbers = iter(range(RECORDS + QUEUED, RECORDS + QUEUED + 2000))
    saved = timed(lambda: _put(store, observation(next(numbers))), 1000)
    store.close()
    store = Store.open(path, key, SystemClock(), name_keys)
    for _ in range(LOGGED):
        _put(store, observation(next(numbers)))
    size = path.with_name(path.name + "-wal").stat().st_size // LOGGED
    store.close()
    return _beside(saved, folder, size)


def _beside(saved: list[float], folder: Path, size: int) -> list[Figure]:
    bare = _bare_commits(folder / "bare.db", secrets.token_bytes(size))
    alone = _bare_commits(folder / "alone.db", to_json(observation(1)))
    ratio = percentile(saved, 0.5) / percentile(bare, 0.5)
    least = percentile(saved, 0.5) / percentile(alone, 0.5)
    note = f"{size // 1024} KiB a save; beside a commit of the body alone {least:.1f} x ({spread(alone)})"
    p99 = percentile(saved, 0.99)
    return [
        Figure("local save, 100k records, 10k queued", "p99 < 10 ms", spread(saved), p99 < 10),
        Figure(
            "local save beside a bare SQLCipher commit",
            "<= 3 x",
            f"{ratio:.2f} x (bare {spread(bare)})",
            ratio <= 3,
            note,
        ),
    ]


def _put(store: Store, resource: Resource) -> None:
    store.write(ACTOR, "bench.put", lambda unit: unit.put({k: v for k, v in resource.items() if k != "meta"}))


def _bare_commits(path: Path, body: bytes) -> list[float]:
    connection = sqlcipher.connect(str(path), isolation_level=None)
    for pragma in (f"key = \"x'{secrets.token_hex(32)}'\"", "journal_mode = wal", "synchronous = full"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE t (pk INTEGER PRIMARY KEY, body BLOB)")

    def commit() -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO t (body) VALUES (?)", (body,))
        connection.execute("COMMIT")

    found = timed(commit, 1000)
    connection.close()
    return found


def search(folder: Path) -> list[Figure]:
    """Searching a million patients by name, pinyin, initials and number."""
    store = Store.create(folder / "search.db", secrets.token_bytes(32), SystemClock(), name_keys)
    dice = random.Random(7)  # noqa: S311 - made-up people
    page: list[Resource] = []
    for patient in patients(PATIENTS, dice):
        page.append(patient)
        if len(page) == PAGE:
            store.receive(Page("bench", "", page))
            page = []
    figures = []
    with store.reader() as reader:
        for kind, typed in {
            "initials of 3": ["zwg", "lxy", "wxm", "hjg", "ymh"],
            "initials of 2": ["zw", "lx", "wm", "yl", "xh"],
            "pinyin": ["zhangwei", "lixiuying", "wangmin", "yangj", "chenl"],
            "whole name": ["张伟", "李秀英", "王敏", "刘建国", "杨桂兰"],
            "part of a name": ["秀英", "建国", "桂兰", "志文", "华红"],
            "number": ["M260000007", "M260999999", "M260500000", "M2601", "M26"],
        }.items():
            found = sorted(ms for text in typed for ms in timed(lambda t=text: reader.patients(t), 20))
            p95 = percentile(found, 0.95)
            figures.append(Figure(f"1,000,000 patients by {kind}", "p95 <= 20 ms", spread(found), p95 <= 20))
    store.close()
    return figures
