"""What the one search box finds besides commands: patients (`@`), products of the drug list (`#`), help (`?`)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from ui.actions import Action, label
from ui.context import Context, PatientContext
from ui.palette import Found, Item, Provider
from ui.widgets.banner_strip import Choice
from ui.widgets.code_search import ROWS
from ui.widgets.table_model import Badge
from workstation.core.days import written_date, written_day
from workstation.core.i18n import _, pick
from workstation.security.permissions import Permission
from workstation.terminology.doses import dose_text, strength_text

if TYPE_CHECKING:
    from workstation.registration.model import Found as FoundPatients
    from workstation.registration.model import PatientRow
    from workstation.terminology.model import Drug


class PatientFinder:
    """Finds patients by name, pinyin, initials, number, document or phone; picking one opens the chart."""

    prefix = "@"

    def __init__(self, ctx: Context, owner: QObject) -> None:
        self._ctx, self._owner = ctx, owner

    def search(self, text: str, found: Found) -> None:
        """Look for patients."""
        from workstation.registration.model import Find

        def take(answer: FoundPatients) -> None:
            found([self._item(row) for row in answer.rows], answer.total)

        def failed(_error: Exception) -> None:
            found((), 0)

        self._ctx.tasks.ask(
            self._owner, "registration.find", Find(text, ROWS), take, failed, latest="patients"
        )

    def _item(self, row: PatientRow) -> Item:
        from workstation.chart.people import age_text
        from workstation.registration.wording import sex_text

        now = self._ctx.clock.now().date()
        born = written_date(date.fromisoformat(row.birth)) if len(row.birth) == 10 else row.birth
        age = age_text(row.birth, now)
        words = [row.name, sex_text(row.sex), f"{born} ({age})" if age else born]
        badges = (Badge("caution", _("same name") if "name" in row.alike else _("sounds alike")),)
        return Item(
            row.id,
            "  ".join(word for word in words if word),
            partial(self._open, row),
            row.number,
            badges=badges if row.alike else (),
        )

    def _open(self, row: PatientRow) -> None:
        """Open the stay of who is admitted, else the visit the patient has today, else the chart without either."""
        from workstation.inpatient.model import AskPlace
        from workstation.inpatient.rows import PlaceView

        actor = self._ctx.desk.actor
        if actor is None:
            return
        if not actor.may(Permission.WARD_READ):
            self._open_visit(row)
            return

        def lies(place: PlaceView) -> None:
            if place.encounter:
                self._show(row, place.encounter, stay=True)
            else:
                self._open_visit(row)

        self._ctx.tasks.ask(self._owner, "inpatient.place", AskPlace(row.id), lies)

    def _open_visit(self, row: PatientRow) -> None:
        """Open the chart on the visit the patient has today, if there is one; else without a visit."""
        from workstation.queue.model import Waiting

        actor = self._ctx.desk.actor
        if actor is None:
            return
        if not actor.may(Permission.QUEUE_READ):
            self._show(row, "")
            return

        def visits(view: Any) -> None:
            rows = (*view.current, *view.parked, *view.waiting, *view.skipped)
            self._show(row, next((each.encounter for each in rows if each.patient == row.id), ""))

        self._ctx.tasks.ask(self._owner, "queue.waiting", Waiting(), visits)

    def _show(self, row: PatientRow, encounter: str, stay: bool = False) -> None:
        about = PatientContext(row.id, row.name, encounter, opened_at=self._ctx.clock.now(), stay=stay)
        self._ctx.opener.open_chart(about)


class DrugFinder:
    """Finds products of the drug list; picking one shows what the list says about it."""

    prefix = "#"

    def __init__(self, ctx: Context, owner: QObject) -> None:
        self._ctx, self._owner = ctx, owner

    def search(self, text: str, found: Found) -> None:
        """Look for products."""
        desk = self._ctx.desk

        def look() -> list[Drug]:
            return [hit.drug for hit in desk.knowledge.drugs.search(text, 99)]

        def take(drugs: list[Drug]) -> None:
            found([self._item(drug) for drug in drugs[:ROWS]], len(drugs))

        self._ctx.tasks.run(self._owner, look, take, lambda _error: found((), 0))

    def _item(self, drug: Drug) -> Item:
        units = self._ctx.desk.knowledge.units
        title = f"{drug.name}  {strength_text(drug, units)}  {pick(drug.form_zh, drug.form_en)}"
        badges = (Badge("warn", _("high alert")),) if drug.high_alert else ()
        return Item(drug.id, title, partial(self._show, drug), _pack(drug), badges=badges)

    def _show(self, drug: Drug) -> None:
        title = f"{drug.name}  {strength_text(drug, self._ctx.desk.knowledge.units)}"
        text = "\n".join(facts_of(drug, self._ctx.desk.knowledge))
        self._ctx.notices.stop(title, text, (Choice(_("Close"), lambda: None, "Esc", primary=True),))


def facts_of(drug: Drug, knowledge: Any) -> list[str]:
    """Give what the drug list says about a product, a line each, in the language of the screen."""
    route, frequency = knowledge.routes.get(drug.route), knowledge.frequencies.get(drug.frequency)
    usual = [
        route.display() if route is not None else "",
        frequency.display() if frequency is not None else "",
    ]
    lines = [
        _("Ingredient: {name}", name=drug.ingredient),
        _("Pack: {pack}", pack=_pack(drug)),
        _("Usually: {words}", words=pick("，", ", ").join(word for word in usual if word)),
    ]
    if drug.max_daily is not None:
        lines.append(
            _("At most {amount} a day", amount=dose_text(drug.max_daily, drug.max_unit, knowledge.units))
        )
    if drug.skin_test == "required":
        lines.append(_("A skin test is required before the first dose."))
    if drug.essential:
        lines.append(_("On the essential medicines list"))
    edition = written_day(str(getattr(knowledge, "version", "")))
    return [*lines, _("Drug list of {date}; confirm with your pharmacist.", date=edition)]


def _pack(drug: Drug) -> str:
    return f"{drug.pack_size}\u00a0{drug.unit}/{drug.pack_unit}"


class HelpFinder:
    """Finds what a key does here; picking one shows every key of the screen."""

    prefix = "?"

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx

    def search(self, text: str, found: Found) -> None:
        """Look among what can be done here, by name or by key."""
        wanted, actions = text.casefold(), self._ctx.actions
        keyed = [(action, actions.hint(action.id)) for action in actions.live()]
        fitting = [
            (action, key)
            for action, key in keyed
            if key and (wanted in label(action).casefold() or wanted in key.casefold())
        ]
        found([self._item(action, key) for action, key in fitting[:ROWS]], len(fitting))

    def _item(self, action: Action, key: str) -> Item:
        run: Callable[[], object] = partial(self._ctx.actions.trigger, "help.keys")
        return Item(f"help {action.id}", label(action), run, _("Keys of this screen"), key)


def finders(ctx: Context) -> list[Provider]:
    """Give what the signed-in person can look for."""
    actor = ctx.desk.actor
    if actor is None:
        return []
    owner = ctx.notices
    found: list[Provider] = []
    if actor.may(Permission.PATIENT_READ):
        found.append(PatientFinder(ctx, owner))
    if actor.may(Permission.KNOWLEDGE_READ):
        found.append(DrugFinder(ctx, owner))
    return [*found, HelpFinder(ctx)]
