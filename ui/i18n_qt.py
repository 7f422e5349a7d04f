"""Qt's own few texts (file dialogs, context menus) in the language of the screens."""

from __future__ import annotations

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from workstation.core.i18n import set_language

LOCALES = {
    "zh_CN": QLocale(QLocale.Language.Chinese, QLocale.Country.China),
    "en": QLocale(QLocale.Language.English),
}


class QtLanguage:
    """Switches language: our texts, Qt's texts, and how Qt writes numbers."""

    def __init__(self, app: QApplication) -> None:
        self._app = app
        self._translator = QTranslator(app)

    def switch(self, language: str) -> None:
        """Use a language from now on; whoever shows texts builds itself anew. Raises ValueError for an unknown one."""
        set_language(language)
        QLocale.setDefault(LOCALES[language])
        self.release()
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if language != "en" and self._translator.load(f"qtbase_{language}", folder):
            self._app.installTranslator(self._translator)

    def release(self) -> None:
        """Leave Qt's texts as they are built in."""
        self._app.removeTranslator(self._translator)
