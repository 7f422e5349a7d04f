"""Another house's laboratory, for the demo and for tests: it knows FHIR and LOINC, and nothing of this product.

It signs in at the centre with its own token, finds the specimens that were taken and not answered yet, and answers
each order with a transaction Bundle: a DiagnosticReport with its Observations beside it, or inside it (`contained`).
Nothing here is imported from the rest of the program. All values are invented.
"""

from __future__ import annotations

import argparse
import sys
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import httpx

Json = dict[str, Any]
LOINC: Final = "http://loinc.org"
OWN_CODES: Final = "urn:oid:1.2.156.99999.7.1"
OWN_NUMBERS: Final = "urn:oid:1.2.156.99999.7.2"
UCUM: Final = "http://unitsofmeasure.org"
SECTIONS: Final = "http://terminology.hl7.org/CodeSystem/v2-0074"
FLAGS: Final = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
NAME: Final = "示范区临床检验中心"
PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class Assay:
    """One thing this laboratory measures, with its own range and panic limits; a text result has no unit."""

    loinc: str
    name: str
    usual: float | str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    panic: tuple[float | None, float | None] = (None, None)


K: Final = Assay("2823-3", "钾", 4.2, "mmol/L", 3.5, 5.3, (2.8, 6.2))
NA: Final = Assay("2951-2", "钠", 140.0, "mmol/L", 137, 147, (120, 160))
CL: Final = Assay("2075-0", "氯", 103.0, "mmol/L", 99, 110)
CA: Final = Assay("2000-8", "钙", 2.31, "mmol/L", 2.11, 2.52, (1.6, 3.5))
UREA: Final = Assay("22664-7", "尿素", 5.6, "mmol/L", 3.1, 8.0)
CREA: Final = Assay("14682-9", "肌酐", 78.0, "umol/L", 57, 97)
URATE: Final = Assay("14933-6", "尿酸", 356.0, "umol/L", 208, 428)
EGFR: Final = Assay("98979-8", "估算肾小球滤过率", 92.0, "mL/min/{1.73_m2}", 90, None)
ALT: Final = Assay("1742-6", "丙氨酸氨基转移酶", 31.0, "U/L", 9, 50)
AST: Final = Assay("1920-8", "天门冬氨酸氨基转移酶", 26.0, "U/L", 15, 40)
ALB: Final = Assay("1751-7", "白蛋白", 43.1, "g/L", 40, 55)
TBIL: Final = Assay("14631-6", "总胆红素", 12.4, "umol/L", None, 26)
WBC: Final = Assay("6690-2", "白细胞", 7.4, "10*9/L", 3.5, 9.5, (1, 50))
NEUT: Final = Assay("770-8", "中性粒细胞百分数", 64.2, "%", 40, 75)
HGB: Final = Assay("718-7", "血红蛋白", 134.0, "g/L", 115, 175, (50, 200))
PLT: Final = Assay("777-3", "血小板", 226.0, "10*9/L", 125, 350, (20, 1000))
CRP: Final = Assay("1988-5", "C 反应蛋白", 4.6, "mg/L", None, 10)
GLU: Final = Assay("14771-0", "空腹血糖", 5.2, "mmol/L", 3.9, 6.1, (2.5, 22.2))
INR: Final = Assay("6301-6", "国际标准化比值", 1.02, "{INR}", 0.8, 1.2, (None, 5))
TNI: Final = Assay("10839-9", "肌钙蛋白 I", 0.01, "ng/mL", None, 0.04)
PH: Final = Assay("2744-1", "pH", 7.4, "[pH]", 7.35, 7.45, (7.2, 7.6))
PROTEIN: Final = Assay("20454-5", "尿蛋白", "阴性")

MENU: Final[Mapping[str, tuple[Assay, ...]]] = {
    "57021-8": (WBC, NEUT, HGB, PLT),
    "24326-1": (K, NA, CL, CA),
    "24362-6": (UREA, CREA, URATE, EGFR),
    "24325-3": (ALT, AST, ALB, TBIL),
    "24336-0": (PH,),
    "24356-8": (PROTEIN,),
    **{a.loinc: (a,) for a in (K, NA, CL, CA, UREA, CREA, URATE, ALT, AST, CRP, GLU, INR, TNI)},
}


class OutsideLaboratory:
    """Speaks to one FHIR server. `values` replaces the usual result of a LOINC code."""

    def __init__(
        self, base_url: str, token: str, values: Mapping[str, float] | None = None, *, contained: bool = False
    ) -> None:
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/fhir+json"}
        self._http = httpx.Client(base_url=f"{base_url.rstrip('/')}/", headers=headers, timeout=30)
        self._values, self._contained = dict(values or {}), contained

    def close(self) -> None:
        """End the connection."""
        self._http.close()

    def answer_all(self) -> list[str]:
        """Answer every specimen that was taken and has no report yet; gives the ids of the new reports."""
        return self._answer_each(self._search("Specimen", status="available"))

    def answer(self, *numbers: str) -> list[str]:
        """Answer the specimens that came with these numbers on their labels; gives the ids of the new reports."""
        found = [s for number in numbers for s in self._search("Specimen", identifier=number)]
        return self._answer_each([s for s in found if s.get("status") == "available"])

    def _answer_each(self, specimens: Sequence[Json]) -> list[str]:
        made: list[str] = []
        for specimen in specimens:
            for reference in specimen.get("request", ()):
                order = self._get(str(reference["reference"]))
                if order.get("status") == "active" and not self._answered(order):
                    made.append(self._answer(order, specimen))
        return made

    def correct(self, report: str, values: Mapping[str, float]) -> None:
        """Send a corrected report: the same one again, with other values and the status `corrected`."""
        found = self._get(f"DiagnosticReport/{report}")
        entries = []
        for reference in found["result"]:
            inside = next(
                (c for c in found.get("contained", ()) if f"#{c['id']}" == reference["reference"]), None
            )
            observation = inside if inside is not None else self._get(str(reference["reference"]))
            code = str(observation["code"]["coding"][0]["code"])
            if code in values:
                assay = next(a for menu in MENU.values() for a in menu if a.loinc == code)
                observation |= self._result(assay, values[code]) | {"status": "corrected"}
                if inside is None:
                    entries.append(_put(observation))
        found |= {"status": "corrected", "issued": _now()}
        self._send([_put(found), *entries])

    def _answer(self, order: Json, specimen: Json) -> str:
        report = self._report(order, specimen)
        observations = list(self._observations(order, specimen))
        entries = []
        if self._contained:
            report["contained"] = [o | {"id": f"r{n}"} for n, o in enumerate(observations, 1)]
            report["result"] = [{"reference": f"#{o['id']}"} for o in report["contained"]]
        else:
            addressed = [(f"urn:uuid:{uuid.uuid4()}", o) for o in observations]
            report["result"] = [{"reference": address} for address, _o in addressed]
            entries = [_post(o, address) for address, o in addressed]
        answer = self._send([_post(report, f"urn:uuid:{uuid.uuid4()}"), *entries])
        location = str(answer["entry"][0]["response"]["location"])
        return location.split("DiagnosticReport/")[1].split("/", maxsplit=1)[0]

    def _report(self, order: Json, specimen: Json) -> Json:
        return {
            "resourceType": "DiagnosticReport",
            "identifier": [{"system": OWN_NUMBERS, "value": uuid.uuid4().hex[:12].upper()}],
            "basedOn": [{"reference": f"ServiceRequest/{order['id']}"}],
            "status": "final",
            "category": [{"coding": [{"system": SECTIONS, "code": "LAB"}]}],
            "code": order["code"],
            "subject": order["subject"],
            **({"encounter": order["encounter"]} if "encounter" in order else {}),
            "effectiveDateTime": specimen["collection"]["collectedDateTime"],
            "issued": _now(),
            "performer": [{"display": NAME}],
            "specimen": [{"reference": f"Specimen/{specimen['id']}"}],
        }

    def _observations(self, order: Json, specimen: Json) -> Iterator[Json]:
        codes = [str(c.get("code")) for c in order["code"].get("coding", ()) if c.get("system") == LOINC]
        menu = next((MENU[code] for code in codes if code in MENU), ())
        about = {
            "resourceType": "Observation",
            "status": "final",
            "category": [{"coding": [{"code": "laboratory"}]}],
            "subject": order["subject"],
            "effectiveDateTime": specimen["collection"]["collectedDateTime"],
        }
        for assay in menu:
            coding = [{"system": LOINC, "code": assay.loinc, "display": assay.name}]
            value = self._values.get(assay.loinc, assay.usual)
            yield {**about, "code": {"coding": coding, "text": assay.name}, **self._result(assay, value)}
        if not menu:
            text = str(order["code"].get("text", "检验"))
            yield {
                **about,
                "code": {"coding": [{"system": OWN_CODES, "code": "X001"}], "text": f"{text}（本中心项目）"},
                "valueString": "已检，详见纸质报告",
            }

    def _result(self, assay: Assay, value: float | str) -> Json:
        if isinstance(value, str):
            return {"valueString": value, "referenceRange": [{"text": "阴性"}]}
        ends = {"low": assay.low, "high": assay.high}
        limits = {end: {"value": v, "unit": assay.unit} for end, v in ends.items() if v is not None}
        flag = _flag(assay, value)
        return {
            "valueQuantity": {"value": value, "unit": assay.unit, "system": UCUM, "code": assay.unit},
            "interpretation": [{"coding": [{"system": FLAGS, "code": flag}]}],
            "referenceRange": [limits],
        }

    # The wire

    def _answered(self, order: Json) -> bool:
        return bool(self._search("DiagnosticReport", **{"based-on": f"ServiceRequest/{order['id']}"}))

    def _search(self, kind: str, **where: str) -> list[Json]:
        found, url, params = [], kind, {**where, "_count": str(PAGE)}
        while url:
            page = self._json(self._http.get(url, params=params))
            found += [e["resource"] for e in page.get("entry", ()) if e["resource"]["resourceType"] == kind]
            url = next((str(x["url"]) for x in page.get("link", ()) if x["relation"] == "next"), "")
            params = {}
        return found

    def _get(self, reference: str) -> Json:
        return self._json(self._http.get(reference))

    def _send(self, entries: Sequence[Json]) -> Json:
        bundle = {"resourceType": "Bundle", "type": "transaction", "entry": list(entries)}
        return self._json(self._http.post("", json=bundle))

    @staticmethod
    def _json(response: httpx.Response) -> Json:
        response.raise_for_status()
        body: Json = response.json()
        return body


def _flag(assay: Assay, value: float) -> str:
    least, most = assay.panic
    if most is not None and value > most:
        return "HH"
    if least is not None and value < least:
        return "LL"
    if assay.high is not None and value > assay.high:
        return "H"
    return "L" if assay.low is not None and value < assay.low else "N"


def _post(resource: Json, address: str) -> Json:
    return {
        "fullUrl": address,
        "resource": resource,
        "request": {"method": "POST", "url": resource["resourceType"]},
    }


def _put(resource: Json) -> Json:
    url = f"{resource['resourceType']}/{resource['id']}"
    return {"fullUrl": url, "resource": resource, "request": {"method": "PUT", "url": url}}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def main(arguments: Sequence[str] | None = None) -> int:
    """Answer what waits, once; the token is the first line of standard input. Prints the ids of the reports."""
    parser = argparse.ArgumentParser(prog="outside_lab", description=main.__doc__)
    parser.add_argument("url", help="the FHIR base of the centre")
    parser.add_argument("--set", action="append", default=[], metavar="LOINC=VALUE", help="one result")
    parser.add_argument("--contained", action="store_true", help="write the values inside the report")
    parser.add_argument("--correct", default="", metavar="REPORT", help="send this report again, corrected")
    given = parser.parse_args(arguments)
    values = {code: float(value) for code, _sign, value in (text.partition("=") for text in given.set)}
    house = OutsideLaboratory(given.url, sys.stdin.readline().strip(), values, contained=given.contained)
    try:
        if given.correct:
            house.correct(given.correct, values)
            made = [given.correct]
        else:
            made = house.answer_all()
    except httpx.HTTPError as error:
        sys.stderr.write(f"The centre did not take the report: {error}\n")
        return 1
    finally:
        house.close()
    sys.stdout.write("".join(f"{report}\n" for report in made))
    return 0


if __name__ == "__main__":
    sys.exit(main())
