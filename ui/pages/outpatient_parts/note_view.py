"""A signed note: read-only, with its addenda; corrected wording is struck through but stays readable."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QFont, QTextBlockFormat, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPlainTextEdit, QTextEdit, QVBoxLayout, QWidget

from ui.pages.outpatient_parts.pulls import when_text
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.chips import StatusChip
from ui.widgets.labels import label
from workstation.core.i18n import _
from workstation.emr import sections
from workstation.emr.model import AddAddendum
from workstation.emr.rows import NoteRow, SectionRow


class SignedText(QTextEdit):
    """The note as one text; each block knows the section it belongs to."""

    def __init__(self) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("bare", True)
        self.setAccessibleName(_("Signed note"))
        self.setTabChangesFocus(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._codes: list[str] = []

    def show_note(self, note: NoteRow, zone: tzinfo | None) -> None:
        """Show the sections, then the addenda with author and time."""
        self.clear()
        self._codes = []
        for section in note.sections:
            self._section(section)
        for addendum in note.addenda:
            when = f"{when_text(addendum.at, zone)} · {addendum.author}"
            self._block(f"{_('Addendum')} · {when}", self._format("label", "accent"), "")
            for section in addendum.sections:
                self._section(section)
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def _section(self, section: SectionRow) -> None:
        self._block(section.title, self._format("label", "label"), "")
        if section.original:
            struck = self._format("body", "text2")
            struck.setFontStrikeOut(True)
            self._block(section.original, struck, "")
        for line in section.text.split("\n"):
            self._block(line, self._format("body", "text"), section.code)

    def _format(self, kind: str, color: str) -> QTextCharFormat:
        made = QTextCharFormat()
        font: QFont = theme().font(kind)
        made.setFont(font)
        ink: QColor = theme().color(color)
        made.setForeground(ink)
        return made

    def _block(self, text: str, look: QTextCharFormat, code: str) -> None:
        cursor = self.textCursor()
        cursor.movePosition(QTextCursor.MoveOperation.End)
        if self._codes:
            cursor.insertBlock(QTextBlockFormat())
        cursor.insertText(text, look)
        self._codes.append(code)

    def selected(self) -> tuple[str, str]:
        """Give the section and the words that are selected in it; nothing where the selection leaves one line."""
        cursor = self.textCursor()
        if not cursor.hasSelection():
            return "", ""
        first = self.document().findBlock(cursor.selectionStart()).blockNumber()
        last = self.document().findBlock(cursor.selectionEnd()).blockNumber()
        codes = set(self._codes[first : last + 1])
        code = codes.pop() if len(codes) == 1 else ""
        return (code, cursor.selectedText().replace("\u2029", "\n")) if code else ("", "")


class NoteView(QWidget):
    """The signed note with the form for an addendum."""

    form_shown = Signal(bool)
    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._note: NoteRow | None = None
        self._patient, self._section, self._original = "", "", ""
        self.chip = StatusChip("done", _("Signed"))
        self.text = SignedText()
        self.text.setMinimumHeight(theme().px(24))
        self.add_button = button(_("Add an addendum"), self.start_addendum, key="Alt+N", parent=self)
        t, rows = theme(), QVBoxLayout(self)
        rows.setContentsMargins(t.px(8), t.px(2), t.px(8), t.px(6))
        rows.setSpacing(t.px(4))
        head = QHBoxLayout()
        head.addWidget(self.chip)
        head.addStretch(1)
        head.addWidget(self.add_button)
        rows.addLayout(head)
        rows.addWidget(self.text, 1)
        self.form = self._form()
        rows.addWidget(self.form)
        self.setFocusProxy(self.text)

    def _form(self) -> QWidget:
        form, t = QWidget(self), theme()
        rows = QVBoxLayout(form)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(t.px(4))
        self.what = label("", "label", color="text2", wrap=True)
        self.addendum = QPlainTextEdit()
        self.addendum.setAccessibleName(_("Addendum"))
        self.addendum.setTabChangesFocus(True)
        self.addendum.setFixedHeight(t.px(48))
        self.addendum.textChanged.connect(self._typed)
        self.reason = QLineEdit()
        self.reason.setAccessibleName(_("Reason for the correction"))
        self.reason.setPlaceholderText(_("Reason for the correction"))
        self.reason.textEdited.connect(self.edited)
        rows.addWidget(self.what)
        rows.addWidget(self.addendum)
        last = QHBoxLayout()
        last.addWidget(self.reason, 1)
        last.addStretch(0)
        last.addWidget(button(_("Let it go"), self.stop_addendum, kind="quiet", parent=form))
        rows.addLayout(last)
        form.hide()
        return form

    def show_note(self, note: NoteRow, patient: str, zone: tzinfo | None) -> None:
        """Show a signed note of a patient."""
        self._note, self._patient = note, patient
        self.text.show_note(note, zone)
        self.chip.set(*signature_words(note, zone))

    def start_addendum(self) -> None:
        """Open the form; words selected in the note become what is corrected."""
        self._section, self._original = self.text.selected()
        if self._original:
            name = sections.BY_CODE[self._section].name if self._section in sections.BY_CODE else ""
            self.what.setText(_("Corrects in {section}: {words}", section=name, words=self._original))
        else:
            self.what.setText(_("Added to the note. To correct words, select them first."))
        self.reason.setVisible(bool(self._original))
        self.form.show()
        self.add_button.hide()
        self.form_shown.emit(True)
        self.addendum.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def stop_addendum(self) -> None:
        """Close the form and empty it."""
        self.addendum.clear()
        self.reason.clear()
        self._section = self._original = ""
        self.form.hide()
        self.add_button.show()
        self.form_shown.emit(False)
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def _typed(self) -> None:
        if self.addendum.toPlainText():
            self.edited.emit()

    def is_writing(self) -> bool:
        """Say whether an addendum is typed and not signed yet."""
        return self.form.isVisible() and bool(self.addendum.toPlainText().strip())

    def request(self) -> AddAddendum | None:
        """Give the addendum as typed, or None while there is none."""
        text = self.addendum.toPlainText()
        if self._note is None or not text.strip():
            return None
        return AddAddendum(
            self._patient, self._note.id, text, self._section, self._original, self.reason.text().strip()
        )

    def state(self) -> dict[str, str]:
        """Give the addendum as typed, for a draft."""
        if not self.addendum.toPlainText().strip():
            return {}
        return {
            "text": self.addendum.toPlainText(),
            "section": self._section,
            "original": self._original,
            "reason": self.reason.text(),
        }

    def restore(self, state: dict[str, str]) -> None:
        """Put a kept addendum back."""
        if state.get("text"):
            self.start_addendum()
            self._section, self._original = state.get("section", ""), state.get("original", "")
            self.reason.setVisible(bool(self._original))
            self.reason.setText(state.get("reason", ""))
            self.addendum.setPlainText(state["text"])


def signature_words(note: NoteRow, zone: tzinfo | None) -> tuple[str, str]:
    """Give state and words of a note's signature: who, when, and whether the content is still what was signed."""
    who = f"{note.author} {when_text(note.at, zone)}"
    if note.intact is False:
        return "stop", _("Signature does not fit the content")
    if note.intact is None:
        return "not_checked", _("Signature not on this desk: {who}", who=who)
    return "done", _("Signed: {who}", who=who)


def note_lines(texts: Sequence[SectionRow]) -> list[str]:
    """Give a note's sections as lines of a sheet."""
    return [f"{row.title}: {row.text}" for row in texts if row.text]
