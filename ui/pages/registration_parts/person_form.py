"""The form that says who somebody is. The document number fills sex and birth, and both stay editable."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QWidget

from ui.pages.registration_parts.fields import (
    BirthEdit,
    Cells,
    choose,
    chosen,
    combo,
    missing_characters,
)
from ui.theme import theme
from ui.widgets.chips import StatusChip
from ui.widgets.code_search import Choice, CodeLineEdit, Deliver
from ui.widgets.input_method import set_input_method
from ui.widgets.labels import label
from ui.widgets.walking import EnterWalks, Radios
from workstation.chart.people import age_text
from workstation.core.i18n import _, pick
from workstation.registration import identity
from workstation.registration.model import Person
from workstation.registration.wording import problem_text, sex_text
from workstation.terminology.pinyin import readings
from workstation.terminology.wording import Coded

RELATIONSHIPS = ("配偶", "父母", "子女", "兄弟姐妹", "祖父母", "监护人", "同事", "其他")
RELATIONSHIPS_EN = ("spouse", "parent", "child", "sibling", "grandparent", "guardian", "colleague", "other")
SEX_CODES = ("male", "female", "unknown", "other")


class PersonForm(QWidget):
    """Gives and takes a `Person`. `edited` follows every change by hand, `down` asks for the candidates."""

    edited = Signal()

    def __init__(self, now: Callable[[], datetime], walks: EnterWalks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._now, self._walks = now, walks
        self._groups: dict[str, Coded] = {}
        self._filled = {"sex": "", "birth": ""}
        self._make_fields()
        self._lay_out()
        self._wire()

    def _make_fields(self) -> None:
        self.kind = combo(_("Kind of document"), ())
        self.number = QLineEdit()
        self.number.setAccessibleName(_("Document number"))
        self.said = label("", "label", color="text2")
        self.chip = StatusChip("not_checked", _("No document number"))
        self.confirm = QCheckBox(_("The document differs: confirmed"))
        self.name = QLineEdit()
        self.rare = StatusChip("caution", "")
        self.pinyin = combo(_("Pinyin"), (), editable=True)
        self.sex = Radios(_("Sex"), [(code, sex_text(code)) for code in SEX_CODES], hidden="other")
        self.birth = BirthEdit(_("Date of birth"), self._today)
        self.age = label("", color="text2")
        self.phone = QLineEdit()
        self.group = CodeLineEdit(_("Ethnic group"), self._offer_groups)
        self.address = QLineEdit()
        self.contact = QLineEdit()
        names = [(zh, pick(zh, en)) for zh, en in zip(RELATIONSHIPS, RELATIONSHIPS_EN, strict=True)]
        self.relationship = combo(_("Relationship"), [("", ""), *names])
        self.contact_phone = QLineEdit()
        for field in (self.number, self.phone, self.contact_phone):
            set_input_method(field, on=False)

    def _lay_out(self) -> None:
        cells = Cells()
        cells.put(0, 0, _("Kind of document"), self.kind)
        cells.put(0, 1, _("Document number"), self.number)
        line = QHBoxLayout()
        line.setSpacing(theme().px(8))
        line.addWidget(self.chip)
        line.addWidget(self.said, 1)
        line.addWidget(self.confirm)
        cells.addLayout(line, 1, 0, 1, 2)
        cells.setRowMinimumHeight(1, theme().px(26))
        cells.put(2, 0, _("Name"), self.name).addWidget(self.rare)
        cells.put(2, 1, _("Pinyin"), self.pinyin)
        cells.put(3, 0, _("Sex"), self.sex)
        cells.put(3, 1, _("Date of birth"), self.birth, self.age)
        cells.put(4, 0, _("Phone"), self.phone)
        cells.put(4, 1, _("Ethnic group"), self.group)
        cells.put(5, 0, _("Address"), self.address, span=2)
        cells.put(6, 0, _("Contact"), self.contact, self.relationship)
        cells.put(6, 1, _("Contact's phone"), self.contact_phone)
        self.setLayout(cells)
        for hidden in (self.rare, self.confirm):
            hidden.hide()

    def fields(self) -> list[QWidget]:
        """Give every field in reading order."""
        return [
            self.kind, self.number, self.confirm, self.name, self.pinyin, *self.sex.buttons.values(), self.birth,
            self.phone, self.group, self.address, self.contact, self.relationship, self.contact_phone,
        ]  # fmt: skip

    def _wire(self) -> None:
        self._walks.watch(*self.fields())
        self.number.textEdited.connect(self._document_edited)
        self.kind.activated.connect(self._document_edited)
        self.name.textEdited.connect(self._name_edited)
        for edit in (self.number, self.name, self.birth, self.phone, self.address, self.contact):
            edit.textEdited.connect(self._edited)
        self.contact_phone.textEdited.connect(self._edited)
        self.group.textEdited.connect(self._edited)
        self.kind.activated.connect(self._edited)
        self.pinyin.activated.connect(self._edited)
        pinyin = self.pinyin.lineEdit()
        if pinyin is not None:
            pinyin.setAccessibleName(_("Pinyin"))
            pinyin.textEdited.connect(self._edited)
        self.relationship.activated.connect(self._edited)
        self.sex.chosen.connect(self._edited)
        self.group.picked.connect(self._edited)
        self.confirm.clicked.connect(self._edited)
        self.birth.editingFinished.connect(self._judge)

    def offer(self, kinds: tuple[Coded, ...], groups: tuple[Coded, ...]) -> None:
        """Take the kinds of document and the ethnic groups of the site's knowledge."""
        if self.kind.count():
            return
        self._groups = {entry.code: entry for entry in groups}
        for entry in kinds:
            self.kind.addItem(entry.name, entry.code)

    def _offer_groups(self, text: str, deliver: Deliver) -> None:
        wanted = text.casefold()
        found = [
            entry
            for entry in self._groups.values()
            if entry.initials.casefold().startswith(wanted)
            or wanted in entry.name_zh
            or entry.name_en.casefold().startswith(wanted)
        ]
        deliver([Choice(entry.code, entry.name) for entry in found[:9]], len(found))

    # What was typed

    def person(self) -> Person:
        """Give what stands in the form."""
        return Person(
            name=identity.clean_name(self.name.text()),
            sex=self.sex.value(),
            birth=self.birth.value(),
            document_type=chosen(self.kind) or identity.RESIDENT,
            document_number=identity.normalise_number(self.number.text()),
            pinyin=" ".join(self.pinyin.currentText().split()),
            phone=identity.normalise_phone(self.phone.text()),
            address=self.address.text().strip(),
            ethnic_group=self._group_code(),
            contact_name=identity.clean_name(self.contact.text()),
            contact_relationship=chosen(self.relationship) or self.relationship.currentText(),
            contact_phone=identity.normalise_phone(self.contact_phone.text()),
        )

    def set_person(self, person: Person, judged: bool = True) -> None:
        """Show a person. `judged`: what the document contradicts was confirmed when it was stored."""
        choose(self.kind, person.document_type)
        self.number.setText(person.document_number)
        self.name.setText(person.name)
        self._offer_readings(person.name)
        self.pinyin.setCurrentText(person.pinyin)
        self.sex.set_value(person.sex)
        self.birth.set_value(person.birth)
        self.phone.setText(person.phone)
        group = self._groups.get(person.ethnic_group)
        self.group.setText(group.name if group is not None else person.ethnic_group)
        self.address.setText(person.address)
        self.contact.setText(person.contact_name)
        if person.contact_relationship and self.relationship.findData(person.contact_relationship) < 0:
            self.relationship.addItem(person.contact_relationship, person.contact_relationship)
        choose(self.relationship, person.contact_relationship)
        self.contact_phone.setText(person.contact_phone)
        self._filled = {"sex": "", "birth": ""}
        self.confirm.setChecked(judged)
        self._judge()

    def _group_code(self) -> str:
        typed = self.group.text().strip()
        return next((e.code for e in self._groups.values() if typed in (e.name_zh, e.name_en, e.code)), typed)

    def document(self) -> identity.Checked:
        """Read the document number."""
        person = self.person()
        return identity.check(person.document_type, person.document_number, self._today())

    def blocker(self) -> tuple[str, QWidget] | None:
        """Say what is missing or wrong first, and where; None when the form can be sent."""
        person, read = self.person(), self.document()
        differs = bool(self._wrong()) and not self.confirm.isChecked()
        checks: tuple[tuple[bool, str, QWidget], ...] = (
            (bool(read.problem), _("The document number is not right."), self.number),
            (read.legacy and self.number.isModified(), _("Type the 18-digit number."), self.number),
            (not person.name, _("The name is missing."), self.name),
            (not person.sex, _("The sex is missing."), self.sex),
            (not person.birth and not self.birth.text().strip(), _("The date of birth is missing."), self.birth),
            (not self._birth_fits(person.birth), _("The date of birth is not right."), self.birth),
            (differs, _("Confirm that the document differs."), self.confirm),
            (_short(person.phone), _("The phone number is too short."), self.phone),
            (_short(person.contact_phone), _("The contact's phone number is too short."), self.contact_phone),
            (person.ethnic_group not in ("", *self._groups), _("Choose the ethnic group from the list."), self.group),
        )  # fmt: skip
        return next(((text, widget) for stands, text, widget in checks if stands), None)

    def _birth_fits(self, birth: str) -> bool:
        return bool(birth) and birth <= self._today().isoformat()

    # What follows from it

    def _today(self) -> date:
        return self._now().date()

    def _edited(self, *_args: Any) -> None:
        self._judge()
        self.edited.emit()

    def _name_edited(self, text: str) -> None:
        self._offer_readings(identity.clean_name(text))

    def _offer_readings(self, name: str) -> None:
        """Suggest the readings of a name; the registrar confirms by leaving or changing it."""
        self.pinyin.clear()
        self.pinyin.addItems(list(readings(name).spaced))

    def _document_edited(self, *_args: Any) -> None:
        """Fill sex and birth from a sound number where nobody typed them otherwise."""
        read = self.document()
        self.confirm.setChecked(False)
        if not read.sound or read.birth is None:
            return
        if self.sex.value() in ("", self._filled["sex"]):
            self.sex.set_value(read.sex)
            self._filled["sex"] = read.sex
        if self.birth.value() in ("", self._filled["birth"]):
            self._filled["birth"] = read.birth.isoformat()
            self.birth.set_value(self._filled["birth"])

    def _wrong(self) -> tuple[str, ...]:
        person = self.person()
        return identity.mismatches(self.document(), person.sex, person.birth)

    def _judge(self) -> None:
        """Say beside the number what it tells, and beside name and birth what follows."""
        read, wrong = self.document(), self._wrong()
        self.confirm.setVisible(bool(wrong))
        state, word, said = _verdict(read, wrong)
        self.chip.set(state, word)
        self.said.setText(said)
        birth = self.birth.value()
        self.age.setText(age_text(birth, self._today()) if birth else "")
        missing = missing_characters(self.name.text())
        self.rare.setVisible(bool(missing))
        if missing:
            self.rare.set("caution", f"{_('Rare character')} {' '.join(missing)}")


def _verdict(read: identity.Checked, wrong: tuple[str, ...]) -> tuple[str, str, str]:
    """Give the rung of the ladder, its words, and the sentence beside it."""
    if not read.number:
        return "not_checked", _("No document number"), ""
    if read.problem:
        return "warn", _("Not right"), problem_text(read.problem)
    if wrong:
        parts = [_("sex") if part == "sex" else _("date of birth") for part in wrong]
        return "caution", _("Differs from the document"), ", ".join(parts)
    if read.birth is None:
        return "not_checked", _("No check digit"), ""
    word = _("15 digits, not verifiable") if read.legacy else _("Check digit fits")
    return ("caution" if read.legacy else "done"), word, ""


def _short(phone: str) -> bool:
    return bool(phone) and not 5 <= len(phone.lstrip("+")) <= 15
