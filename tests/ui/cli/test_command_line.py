"""The command line as a script meets it: clear answers, clear exit codes, never a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.plugins.hub import PASSWORD, RunningHub
from workstation import verbs

PIN = "a passphrase for a computer without keyring"


class Script:
    """Runs `qingnang` on one desk folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)

    def run(self, *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
        environment = os.environ | {
            "QINGNANG_DATA": str(self.folder),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        }
        return subprocess.run(
            [sys.executable, "-m", "ui.cli", "--lang", "en", *words],
            input=given,
            capture_output=True,
            text=True,
            env=environment,
            timeout=60,
            check=False,
        )

    def ok(self, *words: str, given: str = "") -> Any:
        done = self.run(*words, given=given)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@pytest.fixture
def desk(tmp_path: Path, hub: RunningHub) -> Script:
    script = Script(tmp_path / "desk")
    script.ok("pair", hub.url, "--user", "reg", "--json", given=f"{PASSWORD}\n{PIN}\n")
    return script


COMMANDS = [
    (),
    ("hub",),
    ("hub", "serve"),
    ("hub", "user", "add"),
    ("hub", "user", "list"),
    ("hub", "token"),
    ("hub", "load"),
    ("hub", "export"),
    ("hub", "backup"),
    ("hub", "status"),
    ("demo",),
    ("pair",),
    ("probe",),
    ("sync",),
    ("status",),
    ("conflicts",),
    ("do",),
    ("ask",),
    ("print",),
    ("export",),
    ("import",),
    ("backup",),
    ("restore",),
    ("verify",),
    ("diagnose",),
]


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: " ".join(words) or "qingnang")
def test_every_command_explains_itself(words: tuple[str, ...]) -> None:
    from click.testing import CliRunner

    from ui.cli.main import root

    result = CliRunner().invoke(root, [*words, "--help"])
    assert result.exit_code == 0
    assert "Usage:" in result.output
    assert len(result.output.splitlines()) > 4


def test_the_lists_of_verbs_carry_schemas(tmp_path: Path) -> None:
    script = Script(tmp_path / "desk")
    for kind in verbs.Kind:
        listed = script.ok(kind.value, "--list", "--json")
        assert {row["name"] for row in listed} == {verb.name for verb in verbs.all_verbs(kind)}
        assert all(row["help"] and row["permission"] and "input" in row and "answer" in row for row in listed)


def test_a_script_registers_a_patient_sends_it_and_reads_it_back(desk: Script, hub: RunningHub) -> None:
    person = {"name": "司马光", "sex": "male", "birth": "1990-01-01", "phone": "13900000000"}
    done = desk.ok(
        "do",
        "registration.register",
        "--user",
        "reg",
        "--json",
        "-",
        given=f"{PIN}\n" + json.dumps({"person": person}),
    )
    assert done["primary"].startswith("Patient/")
    before = desk.ok("status", "--user", "reg", "--json", given=f"{PIN}\n")
    report = desk.ok("sync", "--once", "--user", "reg", "--json", given=f"{PIN}\n")
    after = desk.ok("status", "--user", "reg", "--json", given=f"{PIN}\n")
    assert (before["waiting"], report["sent"], after["waiting"]) == (1, 1, 0)
    found = desk.ok(
        "ask", "registration.find", "--user", "reg", "--json", "-", given=f'{PIN}\n{{"text": "smg"}}'
    )
    assert [row["name"] for row in found["rows"]] == ["司马光"]
    assert hub.client().get(done["primary"]).json()["name"][0]["text"] == "司马光"
    checked = desk.ok("verify", "--user", "reg", "--json", given=f"{PIN}\n")
    assert checked["chain_broken_at"] is None


@pytest.mark.parametrize(
    ("words", "given", "code", "says"),
    [
        (("status", "--user", "reg"), "000000\n", 3, "Wrong password"),
        (("status", "--user", "nobody"), f"{PIN}\n", 4, "not been enrolled"),
        (("do", "registration.steal", "--user", "reg", "--json", "-"), f"{PIN}\n{{}}", 4, "no verb"),
        (("do", "registration.register", "--user", "reg", "--json", "-"), f"{PIN}\n{{bad", 5, "does not fit"),
        (
            ("do", "prescribing.stop", "--user", "reg", "--json", "-"),
            f'{PIN}\n{{"line":"x","reason":"y"}}',
            3,
            "right",
        ),
        (("print", "RX-nothing", "--user", "reg", "--out", "x.pdf"), f"{PIN}\n", 3, "right"),
        (("status", "--user", "reg"), "", 3, "first line"),
        (("import", "nowhere.json", "--user", "reg"), f"{PIN}\n", 5, "no such file"),
        (("do",), "", 2, "verb is needed"),
    ],
)
def test_a_mistake_gets_a_sentence_and_an_exit_code(
    desk: Script, words: tuple[str, ...], given: str, code: int, says: str
) -> None:
    done = desk.run(*words, given=given)
    assert done.returncode == code, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_without_a_desk_is_told_so(tmp_path: Path) -> None:
    done = Script(tmp_path / "empty").run("status", "--user", "reg", given=f"{PIN}\n")
    assert (done.returncode, "There is no desk" in done.stderr) == (4, True)


def test_a_centre_out_of_reach_is_told_so_and_nothing_is_made(tmp_path: Path) -> None:
    script = Script(tmp_path / "desk")
    done = script.run("pair", "http://127.0.0.1:9/fhir", "--user", "reg", given=f"{PASSWORD}\n{PIN}\n")
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert not (script.folder / "vault.json").exists()


def test_a_report_for_support_holds_nothing_private(desk: Script) -> None:
    person = {"name": "司马光", "sex": "male", "birth": "1990-01-01", "phone": "13900000000"}
    desk.ok(
        "do",
        "registration.register",
        "--user",
        "reg",
        "--json",
        "-",
        given=f"{PIN}\n" + json.dumps({"person": person}),
    )
    done = desk.run("diagnose", "--user", "reg", given=f"{PIN}\n")
    report = json.loads(done.stdout)
    assert report["desk"]["records"]["Patient"] == 1
    assert report["sound"] is True
    for private in ("司马光", "13900000000", "1990-01-01", "赵磊"):
        assert private not in done.stdout


def test_a_short_pin_without_a_keyring_makes_no_desk(tmp_path: Path, hub: RunningHub) -> None:
    script = Script(tmp_path / "desk")
    done = script.run("pair", hub.url, "--user", "reg", given=f"{PASSWORD}\n246810\n")
    assert (done.returncode, "keyring" in done.stderr) == (5, True)
    assert not (script.folder / "vault.json").exists()
    script.ok("pair", hub.url, "--user", "reg", "--json", given=f"{PASSWORD}\n{PIN}\n")


def test_backup_and_restore_by_script(desk: Script, tmp_path: Path) -> None:
    target = tmp_path / "desk.backup"
    desk.ok("backup", str(target), "--user", "reg", "--json", given=f"{PIN}\na very long passphrase\n")
    other = Script(tmp_path / "other")
    other.ok(
        "restore",
        str(target),
        "--user",
        "reg",
        "--json",
        given="a very long passphrase\nanother long passphrase\n",
    )
    status = other.ok("status", "--user", "reg", "--json", given="another long passphrase\n")
    assert status["user"] == "reg"


def test_the_hub_is_looked_after_while_it_runs(hub: RunningHub, tmp_path: Path) -> None:
    script = Script(tmp_path / "desk")
    where = ("--data", str(hub.data), "--key-file", str(hub.config.key_file))
    script.ok(
        "hub",
        "user",
        "add",
        "new",
        "--role",
        "nurse",
        "--password-stdin",
        "--json",
        *where,
        given="a good password\n",
    )
    assert "new" in {row["name"] for row in script.ok("hub", "user", "list", "--json", *where)}
    file = tmp_path / "patient.json"
    file.write_text(json.dumps({"resourceType": "Patient", "id": "loaded", "name": [{"text": "司马光"}]}))
    assert script.ok("hub", "load", str(file), "--json", *where)["stored"] == 1
    assert script.ok("hub", "status", "--json", *where)["running"] is True
    assert hub.client().get("Patient/loaded").status_code == 200
    token = script.run("hub", "token", "reg", *where).stdout
    assert len(token.splitlines()) == 1
    exported = tmp_path / "out.ndjson"
    assert script.ok("hub", "export", str(exported), "--json", *where)["resources"] == 1
    assert script.ok("hub", "backup", str(tmp_path / "hub.backup"), "--json", *where)["resources"] == 1
