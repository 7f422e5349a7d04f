"""The knowledge base as it is: every file, how old it is, from where, whether this hospital confirmed it, what it says.

Read-only: files are confirmed by replacing them in the site's knowledge folder, not on a screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from ui.context import Context, PatientContext
from ui.page import Page
from ui.pages.knowledge_parts import words
from ui.pages.knowledge_parts.detail import EntryDetail
from ui.pages.knowledge_parts.entries import Entry, EntryList, entries_of
from ui.theme import theme
from ui.widgets.empty_state import EmptyState
from ui.widgets.labels import label
from ui.widgets.table import Badge, Column, Run
from ui.widgets.table_pane import TablePane
from workstation.core.days import written_date
from workstation.core.errors import Unavailable
from workstation.core.events import Changed
from workstation.core.i18n import _, n_
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.wording import FileInfo


@dataclass(frozen=True, slots=True)
class FileRow:
    """One knowledge file; `count` of its entries is None where it cannot be read."""

    info: FileInfo
    count: int | None

    @property
    def standing(self) -> Badge:
        """Say how far the file can be relied on."""
        if self.count is None:
            return Badge("stop", _("cannot be read"))
        return words.standing(self.info)


def _count(knowledge: Knowledge, name: str) -> int | None:
    try:
        return knowledge.count(name)
    except Unavailable:
        return None


def _file_columns() -> list[Column]:
    return [
        Column(
            "file",
            "File and source",
            lambda r: f"{r.info.title} {r.info.source}",
            width=180,
            clinical=True,
            stretch=True,
            runs=lambda r: (Run(r.info.title, bold=True), Run(f"\n{r.info.source}", color="text2")),
            badges=_file_badges,
            find=lambda r: (r.info.title, r.info.name),
        ),
        Column(
            "version",
            "Version and date",
            lambda r: f"{r.info.version} · {written_date(r.info.date)}",
            width=96,
            whole=True,
        ),
        Column(
            "count", "Entries", lambda r: "—" if r.count is None else f"{r.count:,}", width=48, right=True
        ),
    ]


def _file_badges(row: FileRow) -> tuple[Badge, ...]:
    return (row.standing, Badge("note", _("own file"))) if row.info.replaced_by_site else (row.standing,)


def _entry_columns() -> list[Column]:
    return [
        Column("id", "Code", lambda e: e.id, width=64, mono=True, whole=True),
        Column(
            "title",
            "Entry",
            lambda e: e.title,
            width=160,
            clinical=True,
            stretch=True,
            runs=lambda e: (Run(e.title),),
            badges=lambda e: (e.chip,) if e.chip is not None else (),
        ),
    ]


class SearchLine(QLineEdit):
    """The box above the entries: Enter and the arrows go to the list, Esc empties it."""

    def __init__(self, target: QWidget) -> None:
        super().__init__()
        self._target = target

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave for the list, or empty the box."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down):
            self._target.setFocus(Qt.FocusReason.TabFocusReason)
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.setText("")
        else:
            super().keyPressEvent(event)


class KnowledgePage(Page):
    """See the module. Regions: 1 the files, 2 the search, 3 the entries, 4 one entry."""

    id = "knowledge"
    icon = "book-open"

    def __init__(
        self, ctx: Context, patient: PatientContext | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(ctx, patient, parent)
        self.headline = label("", "section", bold=True, wrap=True)
        self.files = TablePane(
            _file_columns(), lambda r: r.info.name, _("Knowledge files"), EmptyState(_("none"))
        )
        self.entries = TablePane(
            _entry_columns(), lambda e: e.id, _("Entries"), EmptyState(_("Nothing found"))
        )
        self.search = SearchLine(self.entries.table)
        self.search.setAccessibleName(_("Search in this file"))
        self.detail = EntryDetail()
        self.name, self.about = label("", "section", bold=True, wrap=True), label("", wrap=True)
        self.blank = QWidget()
        self._shown: EntryList = EntryList(())
        self._open = ""
        self._lay_out()
        self.files.table.picked.connect(self._file_picked)
        self.files.table.opened.connect(self._file_opened)
        self.entries.table.picked.connect(self._entry_picked)
        self.entries.table.opened.connect(lambda _entry: self._focus(self.detail))
        self.search.textChanged.connect(self._filter)

    def title(self) -> str:
        """Give the page's name."""
        return _("Knowledge")

    # Layout

    def _lay_out(self) -> None:
        t, body, right = theme(), QHBoxLayout(), QVBoxLayout()
        self.content.setContentsMargins(t.px(12), t.px(8), t.px(12), t.px(8))
        self.content.setSpacing(t.px(8))
        self.content.addWidget(self.headline)
        body.setSpacing(t.px(12))
        body.addWidget(self.files, 5)
        right.setSpacing(t.px(6))
        for widget, stretch in (
            (self.name, 0),
            (self.about, 0),
            (self.search, 0),
            (self.entries, 4),
            (self.detail, 5),
            (self.blank, 1),
        ):
            right.addWidget(widget, stretch)
        body.addLayout(right, 6)
        self.content.addLayout(body, 1)

    # Content

    def load(self) -> None:
        """Read what is known about every file."""
        knowledge = self.ctx.desk.knowledge
        self.ctx.tasks.run(self, lambda: self._read(knowledge), self._show_files)

    def shows(self, changed: Changed) -> bool:
        """Stay as it is: knowledge never changes while the program runs."""
        return False

    @staticmethod
    def _read(knowledge: Knowledge) -> list[FileRow]:
        return [FileRow(info, _count(knowledge, info.name)) for info in knowledge.manifest.values()]

    def _show_files(self, rows: Sequence[FileRow]) -> None:
        self.headline.setText(words.headline([row.info for row in rows]))
        self.files.set_rows(rows)
        if self.files.table.current() is None:
            self.files.table.select_first()

    def _file_picked(self, row: FileRow | None) -> None:
        if row is None or row.info.name == self._open:
            return
        self._open = row.info.name
        self.name.setText(row.info.title)
        knowledge = self.ctx.desk.knowledge
        if row.count is None:
            self._show_entries(row, EntryList(()))
        else:
            work = partial(entries_of, knowledge, row.info.name)
            self.ctx.tasks.run(self, work, partial(self._show_entries, row))

    def _show_entries(self, row: FileRow, entries: EntryList) -> None:
        if row.info.name != self._open:
            return
        self._shown = entries
        some = bool(entries.entries)
        self.about.setText(self._about(row, some))
        for widget in (self.search, self.entries, self.detail):
            widget.setVisible(some)
        self.blank.setVisible(not some)
        self.search.setPlaceholderText(_("Search by code, name or pinyin initials"))
        self.search.setText("")
        self._filter("")

    def _about(self, row: FileRow, some: bool) -> str:
        if row.count is None:
            return _("{name} cannot be read. Checks that need it are shown as not run.", name=row.info.name)
        parts = [
            row.info.name,
            _("version {version} of {date}", version=row.info.version, date=written_date(row.info.date)),
            n_("{count} entry", "{count} entries", row.count),
        ]
        lines = [" · ".join(parts), row.info.source]
        if not row.info.confirmed:
            lines.append(
                _(
                    "To confirm it, a pharmacist compares every entry; the administrator then notes it in the manifest"
                    " of this desk's own knowledge folder."
                )
            )
        if not some:
            lines.append(_("Its entries are seen where they are used."))
        return "\n".join(lines)

    def _filter(self, text: str) -> None:
        found = self._shown.search(text)
        self.entries.set_rows(found)
        if found:
            self.entries.table.select_first()
        elif self._shown.entries:
            self.detail.show_facts(_("Nothing found"), ())

    def _entry_picked(self, entry: Entry | None) -> None:
        if entry is not None:
            self.detail.show_facts(entry.title, entry.facts)

    # Keys

    def _file_opened(self, _row: FileRow) -> None:
        if self.search.isVisible():
            self._focus(self.search)

    def _focus(self, widget: QWidget) -> None:
        widget.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def focus_region(self, number: int) -> None:
        """Focus the files, the search, the entries or the entry that is shown."""
        regions = (self.files.table, self.search, self.entries.table, self.detail)
        if 1 <= number <= len(regions) and regions[number - 1].isVisible():
            self._focus(regions[number - 1])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go back with Esc: from an entry to the entries, from there to the files."""
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self.detail.hasFocus():
            self._focus(self.entries.table)
        else:
            self._focus(self.files.table)
