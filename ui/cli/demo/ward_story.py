"""The second half of the demo's day: from a visit to a bed, a dose by two scans, an answered critical value.

The hub is away from before the nurse looks at the orders until after the dose: everything she does waits and arrives.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from ui.cli.demo import steps, ward_steps
from ui.cli.demo.outside_lab import OutsideLaboratory
from workstation.core.clock import instant
from workstation.inpatient.model import AskBoard
from workstation.printing import names

if TYPE_CHECKING:
    from ui.cli.demo.stage import Stage

DOCTOR: Final = "ward-doctor"
NURSE: Final = "ward-nurse"
LABORATORY: Final = "laboratory"
CRITICAL: Final = {"2823-3": 6.8}
"""What the laboratory of the other house finds: potassium in mmol/L by its LOINC code."""

LABELLED: Final = timedelta(hours=12)


class WardStory:
    """Walks one patient through the ward on a stage that stands already."""

    def __init__(self, stage: Stage, patient: str, visit: str) -> None:
        self.stage = stage
        self.patient, self.visit = patient, visit
        self.doctor, self.nurse = stage.desks[DOCTOR], stage.desks[NURSE]
        self.stay = ""

    def run(self) -> None:
        """Run all of it."""
        self._admit()
        self._order()
        self.stage.step("stop the hub", "hub", self.stage.world.hub.stop)
        infusion = self._at_the_bedside()
        self.stage.step("start the hub again", "hub", self.stage.world.hub.start)
        self._delivered(infusion)
        self._blood()

    def _admit(self) -> None:
        step = self.stage.step
        self.stage.sync_all("doctor", DOCTOR, NURSE)
        self.stay = step(
            "admit the patient from the visit",
            DOCTOR,
            lambda: ward_steps.admit(self.doctor, self.visit),
        )
        self.stage.sync_all(DOCTOR, NURSE, "doctor")
        step("finish the visit", "doctor", lambda: steps.finish(self.stage.desks["doctor"], self.visit))
        self.stage.sync_all("doctor")
        self._print("print the wristband", NURSE, names.wristband_of(self.stay), "wristband")

    def _order(self) -> None:
        written = ward_steps.orders(self.doctor, self.patient, self.stay)
        self.stage.step("sign the orders", DOCTOR, lambda: ward_steps.sign(self.doctor, written))
        self.stage.sync_all(DOCTOR, NURSE)

    def _at_the_bedside(self) -> str:
        step, nurse = self.stage.step, self.nurse
        step("look at each order", NURSE, lambda: ward_steps.verify(nurse, self.stay))
        since = nurse.clock.now() - timedelta(hours=1)
        labels = names.infusion_labels_of(
            ward_steps.ward_of(nurse), instant(since), instant(since + LABELLED), self.stay
        )
        self._print("print the infusion labels", NURSE, labels, "infusion-labels")
        label = step(
            "begin the infusion by two scans",
            NURSE,
            lambda: ward_steps.begin_infusion(nurse, self.patient, self.stay),
        )
        step(
            "give the stat tablet by two scans",
            NURSE,
            lambda: ward_steps.give_tablet(nurse, self.patient, self.stay),
        )
        step("record the vital signs", NURSE, lambda: ward_steps.measure(nurse, self.patient, self.stay))
        chart = f"Encounter/{self.stay}/temperature-chart/1"
        self._print("print the temperature chart", NURSE, chart, "temperature-chart")
        board = nurse.ask("inpatient.board", AskBoard(ward_steps.ward_of(nurse)))
        week = f"Encounter/{ward_steps.worst_off(board).encounter}/temperature-chart/1"
        self._print("print a week's temperature chart", NURSE, week, "temperature-chart-week")
        step("try to send without the hub", NURSE, lambda: self.stage.queue(NURSE))
        step(
            "the doctor does not see it yet",
            DOCTOR,
            lambda: ward_steps.expect_doses(self.doctor, self.stay, 0),
        )
        return label

    def _delivered(self, infusion: str) -> None:
        step = self.stage.step
        step("deliver what waited", NURSE, lambda: self.stage.deliver(NURSE))
        self.stage.sync_all(DOCTOR)
        step("the doctor sees the doses", DOCTOR, lambda: ward_steps.expect_doses(self.doctor, self.stay, 2))
        long_term, stat = names.order_sheets_of(self.stay)
        self._print("print the long-term orders", DOCTOR, long_term, "orders-long-term")
        self._print("print the stat orders", DOCTOR, stat, "orders-stat")
        step("end the infusion", NURSE, lambda: ward_steps.end_infusion(self.nurse, self.stay, infusion))

    def _blood(self) -> None:
        step, doctor, nurse = self.stage.step, self.doctor, self.nurse
        number = step(
            "order electrolytes", DOCTOR, lambda: ward_steps.order_blood(doctor, self.patient, self.stay)
        )
        self._print("print the request slip", DOCTOR, names.request_slip_of(number), "request-slip")
        self.stage.sync_all(DOCTOR, NURSE)
        tube = step("label the tube", NURSE, lambda: ward_steps.label_tube(nurse, self.patient, self.stay))
        self._print("print the specimen label", NURSE, names.specimen_labels_of(number), "specimen-labels")
        step("draw by two scans", NURSE, lambda: ward_steps.draw(nurse, self.patient, self.stay, tube))
        self.stage.sync_all(NURSE)
        report = step("the laboratory of another house answers", LABORATORY, lambda: self._answer(tube))
        self.stage.sync_all(DOCTOR, NURSE)
        step("the critical potassium is up", DOCTOR, lambda: ward_steps.expect_critical(doctor, report, True))
        step("say what was done", DOCTOR, lambda: ward_steps.answer_critical(doctor, self.patient, report))
        self.stage.sync_all(DOCTOR, NURSE)
        step("it is answered here too", NURSE, lambda: ward_steps.expect_critical(nurse, report, False))

    def _answer(self, tube: str) -> str:
        world = self.stage.world
        house = OutsideLaboratory(world.hub.url, world.laboratory_token(), CRITICAL)
        try:
            (report,) = house.answer(tube)
        finally:
            house.close()
        return report

    def _print(self, name: str, desk: str, document: str, file: str) -> None:
        self.stage.step(name, desk, lambda: self.stage.print(self.stage.desks[desk], document, file))
