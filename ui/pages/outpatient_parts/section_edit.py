"""The editor of one section of a note: grows with its text, walks wildcards, expands phrases, marks copied lines.

Keys: Tab writes out a phrase (`.sfq`), else goes to the next `{...}`, else leaves to the next section; Shift+Tab goes
back; Down on a selected `{a/b}` offers its choices. Pasted text loses characters nobody can see, and says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QMimeData, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

from ui.style import focus_ring
from ui.theme import theme
from workstation.emr.narrative import WILDCARD, clean
from workstation.terminology.doses import plain

PHRASE: Final = re.compile(r"(?:^|[^\w.])\.([A-Za-z0-9]+)$")
PULL: Final = re.compile(r"\{\{([^{}\n]+)\}\}")
MOST_LINES: Final = 400


class Marks(QSyntaxHighlighter):
    """Tints what is still to fill in, so that it cannot be overlooked; `stale` are spans whose source has changed."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self.stale: list[tuple[int, int]] = []

    def highlightBlock(self, text: str) -> None:
        """Tint the wildcards and stale values of one block."""
        tint = QTextCharFormat()
        tint.setBackground(theme().state("caution").tint)
        tint.setForeground(theme().state("caution").tint_ink)
        for found in WILDCARD.finditer(text):
            self.setFormat(found.start(), found.end() - found.start(), tint)
        start = self.currentBlock().position()
        for first, last in self.stale:
            low, high = max(first - start, 0), min(last - start, len(text))
            if low < high:
                self.setFormat(low, high - low, tint)


class SectionEdit(QPlainTextEdit):
    """See the module. `code` is the section's code."""

    phrase_wanted = Signal(str, int)
    pull_wanted = Signal(str)
    choices_wanted = Signal(object)
    left = Signal(bool)
    tidied = Signal(int)

    def __init__(self, code: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.code = code
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("bare", True)
        self.setTabChangesFocus(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(theme().px(4))
        self.marks = Marks(self.document())
        self._copied: frozenset[str] = frozenset()
        self._kept = (-1, "")
        self.copied_from = ""
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self.textChanged.connect(self.look_for_pulls)
        self._fit()

    # Text

    def text(self) -> str:
        """Give the text; it is asked for many times between two keys, so it is kept until it changes."""
        revision = self.document().revision()
        if revision != self._kept[0]:
            self._kept = (revision, self.toPlainText())
        return self._kept[1]

    def load_text(self, text: str) -> None:
        """Show a text that is not typing: it cannot be undone."""
        self.setPlainText(text)

    def insert_text(self, text: str) -> None:
        """Put a text at the end as one step that can be undone."""
        cursor = self.textCursor()
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(text)
        self.setTextCursor(cursor)

    def mark_copied(self, lines: Iterable[str], source: str) -> None:
        """Mark lines as copied from elsewhere; a line loses its mark when it is edited."""
        self._copied, self.copied_from = frozenset(line for line in lines if line.strip()), source
        self.viewport().update()
        self.update()

    def copied(self) -> list[str]:
        """Give the lines that still stand as they were copied."""
        if not self._copied:
            return []
        return [line for line in self.text().split("\n") if line in self._copied]

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take Tab, Shift+Tab and Down on a wildcard; the rest is typing."""
        key = event.key()
        if key == Qt.Key.Key_Tab and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._tab()
        elif key == Qt.Key.Key_Backtab:
            if not self.select_wildcard(forward=False):
                self.left.emit(False)
        elif key == Qt.Key.Key_Down and WILDCARD.fullmatch(self.textCursor().selectedText()):
            self.choices_wanted.emit(self)
        else:
            super().keyPressEvent(event)

    def _tab(self) -> None:
        mnemonic = self.mnemonic()
        if mnemonic:
            self.phrase_wanted.emit(mnemonic, self.textCursor().position())
        else:
            self.go_on()

    def go_on(self) -> None:
        """Go to the next wildcard of this section, else leave to the next section."""
        if not self.select_wildcard(forward=True):
            self.left.emit(True)

    def mnemonic(self) -> str:
        """Give the mnemonic before the cursor (`.sfq`), without its point, or an empty text."""
        cursor = self.textCursor()
        if cursor.hasSelection():
            return ""
        before = cursor.block().text()[: cursor.positionInBlock()]
        found = PHRASE.search(before)
        return found[1] if found else ""

    def expand(self, mnemonic: str, position: int, text: str) -> None:
        """Write a phrase in the place of its mnemonic, and go to its first wildcard."""
        cursor = self.textCursor()
        cursor.setPosition(position - len(mnemonic) - 1)
        cursor.setPosition(position, QTextCursor.MoveMode.KeepAnchor)
        if cursor.selectedText() != f".{mnemonic}":
            return
        cursor.insertText(text)
        cursor.setPosition(position - len(mnemonic) - 1)
        self.setTextCursor(cursor)
        if not self.select_wildcard(forward=True):
            cursor.setPosition(position - len(mnemonic) - 1 + len(text.encode("utf-16-le")) // 2)
            self.setTextCursor(cursor)

    def select_wildcard(self, forward: bool, from_edge: bool = False) -> bool:
        """Select the next (or previous) wildcard from the cursor or the edge; says whether there is one."""
        cursor = self.textCursor()
        spans = [(m.start(), m.end()) for m in WILDCARD.finditer(self._utf16())]
        if from_edge:
            chosen = spans[:1] if forward else spans[-1:]
        elif forward:
            chosen = [s for s in spans if s[0] >= cursor.selectionEnd()][:1]
        else:
            chosen = [s for s in spans if s[1] <= cursor.selectionStart()][-1:]
        if not chosen:
            return False
        cursor.setPosition(chosen[0][0])
        cursor.setPosition(chosen[0][1], QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        return True

    def _utf16(self) -> str:
        """Give the text with one character for each position Qt counts (rare characters take two)."""
        return "".join(c if ord(c) < 0x10000 else c + "\0" for c in self.text())

    def replace_selection(self, text: str) -> None:
        """Write a text over the selection and go on."""
        cursor = self.textCursor()
        cursor.insertText(text)
        self.setTextCursor(cursor)

    # Data pulls

    def look_for_pulls(self) -> None:
        """Ask for the value of every `{{name}}`."""
        if "{{" not in self.text():
            return
        for name in dict.fromkeys(PULL.findall(self.text())):
            self.pull_wanted.emit(name)

    def fill_pull(self, name: str, text: str) -> list[tuple[QTextCursor, str]]:
        """Write a value over every `{{name}}`; gives cursors that keep holding each value, with what was written."""
        filled: list[tuple[QTextCursor, str]] = []
        wanted = f"{{{{{name}}}}}"
        cursor = self.document().find(wanted)
        while not cursor.isNull():
            start = cursor.selectionStart()
            cursor.insertText(text)
            held = QTextCursor(self.document())
            held.setPosition(start)
            held.setPosition(start + len(text.encode("utf-16-le")) // 2, QTextCursor.MoveMode.KeepAnchor)
            filled.append((held, text))
            cursor = self.document().find(wanted, cursor)
        return filled

    def set_stale(self, spans: list[tuple[int, int]]) -> None:
        """Tint values whose source has changed since."""
        if spans != self.marks.stale:
            self.marks.stale = spans
            self.marks.rehighlight()

    # Pasting

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste plain text only, without joiners of ours and without characters nobody can see."""
        if not source.hasText():
            return
        text, removed = clean(plain(source.text()))
        self.textCursor().insertText(text)
        self.ensureCursorVisible()
        if removed:
            self.tidied.emit(removed)

    # Look

    def _fit(self, *_args: object) -> None:
        """Be as high as the text, up to a few hundred lines; longer texts scroll inside."""
        height, lines, block = 0.0, 0, self.document().firstBlock()
        while block.isValid() and lines < MOST_LINES:
            height += self.blockBoundingRect(block).height()
            lines += max(block.lineCount(), 1)
            block = block.next()
        policy = Qt.ScrollBarPolicy
        self.setVerticalScrollBarPolicy(
            policy.ScrollBarAsNeeded if block.isValid() else policy.ScrollBarAlwaysOff
        )
        self.setFixedHeight(round(height + 2 * self.document().documentMargin()) + 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit again: another width wraps otherwise."""
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """Be narrow where need be."""
        return QSize(theme().px(120), theme().px(20))

    def wheelEvent(self, event: object) -> None:
        """Leave scrolling to the whole note, unless this section scrolls inside."""
        if self.verticalScrollBarPolicy() != Qt.ScrollBarPolicy.ScrollBarAlwaysOff:
            super().wheelEvent(event)  # type: ignore[arg-type]
        else:
            event.ignore()  # type: ignore[attr-defined]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the text, the gutter mark of copied lines, and the focus."""
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        offset, block = self.contentOffset(), self.firstVisibleBlock()
        while block.isValid():
            place = self.blockBoundingGeometry(block).translated(offset)
            if place.top() > event.rect().bottom():
                break
            if block.text() in self._copied:
                bar = QRectF(QPointF(0, place.top()), QPointF(theme().px(2), place.bottom()))
                painter.fillRect(bar, theme().state("caution").edge)
            block = block.next()
        painter.end()
        if self.hasFocus():
            focus_ring(QPainter(self.viewport()), QRectF(self.viewport().rect()), 2, inset=True)
