"""The demo's journey without a display: six desks and a hub, the hub away twice, one desk killed.

A patient comes in the morning, is seen, and her prescription dispensed; she is admitted, ordered for, given a dose,
measured, and a critical value of hers is answered. Leaves `journey.json` with every step, what waited while the hub was
away, and whether all desks equal the hub.
"""

from __future__ import annotations

import subprocess
import sys
from typing import Final

from ui.cli.demo import steps
from ui.cli.demo.stage import Journey, Stage
from ui.cli.demo.ward_story import DOCTOR, NURSE, WardStory
from ui.cli.demo.world import Post
from workstation.prescribing.rows import OneSheet

POSTS: Final = {
    "registrar": Post("1001", "挂号一窗"),
    "doctor": Post("2001", "内科二诊室", room="内科二诊室"),
    "pharmacist": Post("4001", "药房一窗"),
    "dispenser": Post("4002", "药房二窗"),
    DOCTOR: Post("2009", "内科病区医生站", ward="ward-1"),
    NURSE: Post("3001", "内科病区护士站", ward="ward-1"),
}
KILL_SECONDS: Final = 60


class Runner(Stage):
    """Walks through the journey in one folder."""

    def run(self) -> Journey:
        """Run all of it; the hub and the desks are closed whatever happens."""
        try:
            self.open(POSTS)
            patient, visit = self._arrive()
            number = self._consult(patient, visit)
            self._dispense(number)
            self._killed(patient, visit)
            WardStory(self, patient, visit).run()
            self.compare()
        finally:
            self.close()
        return self.journey

    def _arrive(self) -> tuple[str, str]:
        registrar = self.desks["registrar"]
        patient = self.step("register the patient", "registrar", lambda: steps.register(registrar))
        visit = self.step(
            "put the patient into the queue", "registrar", lambda: steps.enrol(registrar, patient)
        )
        self.sync_all("registrar", "doctor")
        return patient, visit

    def _consult(self, patient: str, visit: str) -> str:
        doctor = self.desks["doctor"]
        self.step("call the patient", "doctor", lambda: steps.call(doctor, visit))
        self.step("stop the hub", "hub", self.world.hub.stop)
        note = self.step(
            "examine, diagnose, sign the note", "doctor", lambda: steps.consult(doctor, patient, visit)
        )
        number = self.step(
            "prescribe and sign", "doctor", lambda: steps.sign(doctor, steps.draft(doctor, patient, visit))
        )
        self.step("print the prescription", "doctor", lambda: self.print(doctor, number, "prescription"))
        self.step("print the record", "doctor", lambda: self.print(doctor, f"Composition/{note}", "record"))
        self.step("try to send without the hub", "doctor", lambda: self.queue("doctor"))
        if self.step("the pharmacy does not have it yet", "pharmacist", lambda: self._absent(number)):
            self.step("start the hub again", "hub", self.world.hub.start)
        self.step("deliver what waited", "doctor", lambda: self.deliver("doctor"))
        return number

    def _dispense(self, number: str) -> None:
        pharmacist, dispenser = self.desks["pharmacist"], self.desks["dispenser"]
        self.sync_all("pharmacist")
        self.step("review and approve", "pharmacist", lambda: steps.review(pharmacist, number))
        self.sync_all("pharmacist", "dispenser")
        self.step("dispense", "dispenser", lambda: steps.dispense(dispenser, number))
        self.step(
            "print with the pharmacists' names",
            "dispenser",
            lambda: self.print(dispenser, number, "dispensed"),
        )
        self.sync_all("dispenser", "doctor", "pharmacist")

    def _killed(self, patient: str, visit: str) -> None:
        """Sign in a process of its own and kill it the moment it says so; nothing signed may be missing."""
        self.desks.pop("doctor").close()
        self.step("stop the hub", "hub", self.world.hub.stop)
        number = self.step("sign, then SIGKILL", "doctor", lambda: self._sign_and_kill(patient, visit))
        self.desks["doctor"] = self.step(
            "open the killed desk", "doctor", lambda: self.world.open_desk("doctor", POSTS["doctor"])
        )
        self.step("the signed prescription is there", "doctor", lambda: self._present(number))
        self.step("start the hub again", "hub", self.world.hub.start)
        self.step("deliver what the kill left", "doctor", lambda: self.deliver("doctor"))
        self.sync_all("pharmacist")
        self.step("the pharmacy has it", "pharmacist", lambda: self._arrived(number))

    def _sign_and_kill(self, patient: str, visit: str) -> str:
        child = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "ui.cli.demo.signer", str(self.world.folder / "doctor"), patient, visit],
            stdout=subprocess.PIPE,
            text=True,
        )
        line = child.stdout.readline().strip() if child.stdout else ""
        child.kill()
        child.wait(KILL_SECONDS)
        if child.stdout is not None:
            child.stdout.close()
        if not line:
            raise RuntimeError("the signing process ended before it had signed")
        self.journey.killed = {"prescription": line, "exit": child.returncode}
        return line

    def _present(self, number: str) -> None:
        sheet = self.desks["doctor"].ask("prescribing.sheet", OneSheet(number=number))
        if len(sheet.lines) != 2 or not sheet.intact:
            raise RuntimeError("the killed desk lost a part of the prescription")

    def _absent(self, number: str) -> bool:
        if steps.find_sheet(self.desks["pharmacist"], number) is not None:
            raise RuntimeError("the pharmacy has a prescription that was never sent")
        return True

    def _arrived(self, number: str) -> None:
        if steps.find_sheet(self.desks["pharmacist"], number) is None:
            raise RuntimeError("the prescription has not reached the pharmacy")
