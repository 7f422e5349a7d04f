"""The note as one document of sections: walked by Tab from wildcard to wildcard and from section to section."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from ui.pages.outpatient_parts.options import OptionList
from ui.pages.outpatient_parts.pulls import Pull, find
from ui.pages.outpatient_parts.rich_lines import sheet
from ui.pages.outpatient_parts.section_edit import SectionEdit
from ui.pages.outpatient_parts.summary_pane import day_of
from ui.theme import theme
from ui.widgets.labels import label
from workstation.core.days import written_date
from workstation.core.i18n import _
from workstation.emr import sections
from workstation.emr.narrative import unfilled
from workstation.emr.rows import NoteRow, TemplateChoice

NEVER_COPIED: Final = (
    sections.EXAMINATION,
    sections.INVESTIGATIONS,
)  # copying signs is forbidden (2017 no. 8)
COMPLAINT_MS: Final = 400
FindPhrase = Callable[[str, str, Callable[[str], None]], None]


@dataclass(slots=True)
class Held:
    """A value written from the record: the cursor that holds it, its name and what was written."""

    section: str
    name: str
    cursor: QTextCursor
    text: str

    def untouched(self) -> bool:
        """Say whether the value still stands as it was written."""
        return bool(self.cursor.selectedText() == self.text)


class NoteEditor(QWidget):
    """Sections below each other in one scrolling sheet. `find_phrase(mnemonic, section, deliver)` looks one up."""

    edited = Signal()
    tidied = Signal(int)
    complaint_changed = Signal(str)
    left = Signal(bool)
    stale_changed = Signal(list)

    def __init__(self, find_phrase: FindPhrase, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._find_phrase = find_phrase
        self._pulls: Mapping[str, Pull] = {}
        self._held: list[Held] = []
        self._options: OptionList | None = None
        self.editors: dict[str, SectionEdit] = {}
        self._sources: dict[str, QLabel] = {}
        self._loading = False
        self._complaint = QTimer(self, singleShot=True, interval=COMPLAINT_MS)
        self._complaint.timeout.connect(self._tell_complaint)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._page = self._sheet()
        self._area.setWidget(self._page)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self._area)

    def _sheet(self) -> QWidget:
        page, t = sheet(), theme()
        grid = QGridLayout(page)
        grid.setContentsMargins(t.px(6), t.px(2), t.px(4), t.px(6))
        grid.setHorizontalSpacing(t.px(2))
        grid.setVerticalSpacing(0)
        for row, code in enumerate(sections.WRITTEN):
            heading, editor = self._heading(code), SectionEdit(code, sections.BY_CODE[code].name)
            heading.setBuddy(editor)
            grid.addWidget(heading, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(editor, row, 1)
            self.editors[code], self._sources[code] = editor, heading
            self._connect(editor)
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(len(sections.WRITTEN), 1)
        return page

    def _heading(self, code: str) -> QLabel:
        made = label(sections.BY_CODE[code].name, "label", color="label", wrap=True)
        texts = [s.name for s in sections.SECTIONS] + [
            _("from {date}", date=written_date(date(2000, 12, 28)))
        ]
        made.setFixedWidth(max(made.fontMetrics().horizontalAdvance(text) for text in texts) + theme().px(6))
        made.setContentsMargins(0, theme().px(8), 0, theme().px(2))
        return made

    def _connect(self, editor: SectionEdit) -> None:
        editor.textChanged.connect(self._changed)
        editor.tidied.connect(self.tidied)
        editor.left.connect(lambda forward: self._leave(editor, forward))
        editor.phrase_wanted.connect(lambda mnemonic, at: self._expand(editor, mnemonic, at))
        editor.pull_wanted.connect(lambda name: self._pull(editor, name))
        editor.choices_wanted.connect(self._offer)
        editor.cursorPositionChanged.connect(lambda: self._follow(editor))
        if editor.code == sections.CHIEF_COMPLAINT:
            editor.textChanged.connect(self._complaint.start)

    # Text

    def texts(self) -> dict[str, str]:
        """Give what stands in each section."""
        return {code: editor.text() for code, editor in self.editors.items()}

    def is_empty(self) -> bool:
        """Say whether nothing is written yet."""
        return not any(text.strip() for text in self.texts().values())

    def load(self, texts: Mapping[str, str]) -> None:
        """Show texts that are not typing."""
        self._loading = True
        for code, editor in self.editors.items():
            editor.load_text(texts.get(code, ""))
        self._loading = False
        self._tell_complaint()

    def empty_sections(self, visit: str) -> list[tuple[str, ...]]:
        """Give what the note still lacks; see `sections.missing`."""
        return sections.missing(visit, {code for code, text in self.texts().items() if text.strip()})

    def unfilled(self) -> list[tuple[str, str]]:
        """Give the wildcards that are open, with their sections."""
        return [(code, place) for code, text in self.texts().items() for place in unfilled(text)]

    def _changed(self) -> None:
        if self._loading:
            return
        self._show_sources()
        self.check_stale()
        self.edited.emit()

    def _tell_complaint(self) -> None:
        self.complaint_changed.emit(self.editors[sections.CHIEF_COMPLAINT].text())

    # Walking

    def focus_first(self) -> None:
        """Put the focus where writing goes on: the first wildcard, else the first empty section, else the first."""
        for editor in self.editors.values():
            if editor.select_wildcard(forward=True, from_edge=True):
                self._enter(editor)
                return
        empty = next((e for e in self.editors.values() if not e.text().strip()), None)
        self._enter(empty or next(iter(self.editors.values())))

    def focus_section(self, code: str) -> None:
        """Put the focus into a section, on its first wildcard if it has one."""
        editor = self.editors.get(code)
        if editor is not None:
            editor.select_wildcard(forward=True, from_edge=True)
            self._enter(editor)

    def _enter(self, editor: SectionEdit) -> None:
        editor.setFocus(Qt.FocusReason.TabFocusReason)
        self._area.ensureWidgetVisible(editor, 0, theme().px(24))

    def _leave(self, editor: SectionEdit, forward: bool) -> None:
        order = list(self.editors.values())
        place = order.index(editor) + (1 if forward else -1)
        if not 0 <= place < len(order):
            self.left.emit(forward)
            return
        target = order[place]
        if not target.select_wildcard(forward, from_edge=True):
            cursor = target.textCursor()
            cursor.movePosition(QTextCursor.MoveOperation.End)
            target.setTextCursor(cursor)
        self._enter(target)

    def _follow(self, editor: SectionEdit) -> None:
        """Keep the cursor in sight while typing far down."""
        if editor.hasFocus():
            place = editor.cursorRect().bottomLeft()
            at = editor.viewport().mapTo(self._page, place)
            self._area.ensureVisible(at.x(), at.y(), 0, theme().px(24))

    # Phrases, choices, templates, copying

    def _expand(self, editor: SectionEdit, mnemonic: str, at: int) -> None:
        def deliver(text: str) -> None:
            if text:
                editor.expand(mnemonic, at, text)
            else:
                editor.go_on()

        self._find_phrase(mnemonic, editor.code, deliver)

    def _offer(self, editor: SectionEdit) -> None:
        """Offer what a selected wildcard can become: its `a/b` choices, or the value of the record by its name."""
        name = editor.textCursor().selectedText().strip("{}")
        known = find(self._pulls, name)
        options = [known.bare] if known is not None else []
        options += [part.strip() for part in name.split("/")] if "/" in name else []
        if options:
            self._options = self._options or OptionList(self)
            self._options.offer(editor, options)

    def insert_template(self, template: TemplateChoice) -> int:
        """Write a template into the sections that are empty; gives how many had text and were left alone."""
        kept = 0
        for part in template.sections:
            editor = self.editors.get(part.code)
            if editor is None:
                continue
            if editor.text().strip():
                kept += 1
            else:
                editor.insert_text(part.text)
        self.focus_first()
        return kept

    def copy_forward(self, note: NoteRow) -> list[SectionEdit]:
        """Copy sections of an earlier note into empty ones, marked; signs never. Gives the editors written into."""
        copied: list[SectionEdit] = []
        for row in note.sections:
            editor = self.editors.get(row.code)
            if editor is None or row.code in NEVER_COPIED or editor.text().strip() or not row.text.strip():
                continue
            editor.insert_text(row.text)
            editor.mark_copied(row.text.split("\n"), note.at[:10])
            copied.append(editor)
        self._show_sources()
        return copied

    def _show_sources(self) -> None:
        for code, editor in self.editors.items():
            name = sections.BY_CODE[code].name
            from_ = _("from {date}", date=day_of(editor.copied_from)) if editor.copied() else ""
            self._sources[code].setText(f"{name}\n{from_}" if from_ else name)

    # Data pulls

    def set_pulls(self, pulls: Mapping[str, Pull]) -> None:
        """Take the values of the record as they are now."""
        self._pulls = pulls
        for editor in self.editors.values():
            editor.look_for_pulls()
        self.check_stale()

    def _pull(self, editor: SectionEdit, name: str) -> None:
        known = find(self._pulls, name)
        if known is not None:
            for cursor, text in editor.fill_pull(name, known.text):
                self._held.append(Held(editor.code, known.name, cursor, text))

    def _stale(self) -> Iterator[tuple[Held, Pull]]:
        for held in self._held:
            now = find(self._pulls, held.name)
            if held.untouched() and now is not None and now.text != held.text:
                yield held, now

    def check_stale(self) -> list[str]:
        """Tint the values whose source has changed; gives their names."""
        stale = list(self._stale())
        for code, editor in self.editors.items():
            spans = [
                (h.cursor.selectionStart(), h.cursor.selectionEnd()) for h, _n in stale if h.section == code
            ]
            editor.set_stale(spans)
        names = list(dict.fromkeys(held.name for held, _now in stale))
        self.stale_changed.emit(names)
        return names

    def refresh_pulls(self) -> None:
        """Write the values of now over those whose source has changed: only ever when asked."""
        for held, now in list(self._stale()):
            start = held.cursor.selectionStart()
            held.cursor.insertText(now.text)
            held.cursor.setPosition(start)
            held.cursor.setPosition(
                start + len(now.text.encode("utf-16-le")) // 2, QTextCursor.MoveMode.KeepAnchor
            )
            held.text = now.text
        self.check_stale()

    # Drafts

    def state(self) -> dict[str, Any]:
        """Give everything typed, with its marks, as plain JSON."""
        return {
            "sections": self.texts(),
            "copied": {c: [e.copied_from, e.copied()] for c, e in self.editors.items() if e.copied()},
            "pulls": [
                [h.section, h.name, h.cursor.selectionStart(), h.text] for h in self._held if h.untouched()
            ],
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Show a kept state; what does not fit it (an older program) is left out."""
        self.load(_texts(state.get("sections")))
        self._held.clear()
        for code, (source, lines) in dict(state.get("copied", {})).items():
            if code in self.editors:
                self.editors[code].mark_copied(lines, source)
        for code, name, start, text in state.get("pulls", ()):
            self._hold(code, name, start, text)
        self._show_sources()
        self.check_stale()

    def _hold(self, code: str, name: str, start: int, text: str) -> None:
        editor = self.editors.get(code)
        end = start + len(text.encode("utf-16-le")) // 2
        if editor is None or end >= editor.document().characterCount():
            return
        cursor = QTextCursor(editor.document())
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        held = Held(code, name, cursor, text)
        if held.untouched():
            self._held.append(held)


def _texts(kept: object) -> dict[str, str]:
    return {str(code): str(text) for code, text in kept.items()} if isinstance(kept, dict) else {}


def worded(missing: Sequence[tuple[str, ...]]) -> str:
    """Name the sections a note still lacks."""
    return ", ".join(" / ".join(sections.BY_CODE[code].name for code in wanted) for wanted in missing)
