"""The screens: Qt lives here and nowhere else.

How to write a page
===================
A page is one file in `ui/pages/`: a subclass of `ui.page.Page` that turns rows into widgets and widgets into requests.

    class QueuePage(Page):
        id = "queue"                     # also its scope in resources/keymap.toml: [page.queue]
        icon = "list-checks"             # a Lucide name in resources/icons

        def __init__(self, ctx: Context, patient: PatientContext | None = None, parent: QWidget | None = None) -> None:
            super().__init__(ctx, patient, parent)
            columns = [
                Column("number", "No.", lambda r: r.number, width=40, find=lambda r: (r.number,)),
                Column("name", "Name", lambda r: r.name, whole=True, bold=True, stretch=True,
                       badges=lambda r: (Badge("caution", _("same name")),) if r.same_name else (),
                       find=lambda r: (r.name, r.pinyin)),
            ]
            self.list = TablePane(columns, key=lambda r: r.id, name=_("Waiting"), empty=EmptyState(_("Nobody waits")))
            self.list.table.opened.connect(self._open)
            self.content.addWidget(self.list)          # `content` is the page's layout, below its banners

        def title(self) -> str:
            return _("Queue")

        def load(self) -> None:                        # first sight; `refresh()` calls it again after a change
            self.ctx.tasks.ask(self, "queue.waiting", Waiting(room="2"), self._loaded, latest="rows")

        def _loaded(self, view: QueueView) -> None:    # on the main thread; never called once the page is closed
            self.list.offer(view.rows)                 # holds still while the user is in the list

        def shows(self, changed: Changed) -> bool:
            return changed.touches("Encounter")

        def page_actions(self) -> list[Action]:        # asked anew each time; keys come from keymap.toml by id
            return [Action("queue.call", "Call next", self._call, Permission.QUEUE_CALL)]

        def _call(self) -> None:
            self.ctx.tasks.do(self, "queue.call", CallNext(room="2"), self._called)     # errors show on the page

        def _called(self, changed: Changed) -> None:
            self.ctx.notices.toast(_("Called"), undo=self._take_back)

Rules
-----
* Never block: `ctx.tasks.ask / do / run`. `ask(..., latest="name")` drops answers to older questions. Pass `failed=` to
  handle an error yourself (`NeedsReason` carries the alerts); otherwise it is shown as a banner on the page.
* A page that keeps typing sets `draft_kind`, calls `self.watch(widget, ...)` (or `self.touched()`), and overrides
  `draft_body()` and `restore_draft(draft)`. After a successful `do` call `self.committed()`. The base class saves
  800 ms after the last key, flushes on hide, switch, lock and crash, and never reloads over unsaved typing.
* `unsigned()` names what is not signed yet: the guard sheet shows it before the chart is left.
* Papers: `ctx.papers.preview(NUMBER)`, `.preview_visit(patient, encounter)`, `.offer(Offer(title, make))` for papers a
  page makes itself, `.print_signed(NUMBER)` after a signature. A print is noted when the printer took the paper.
* Patient pages get `self.patient` as an argument. Open another chart with `ctx.opener.open_chart(PatientContext(...))`.
* Colours and sizes: `theme().color("text2")`, `theme().state("warn")`, `theme().px(8)`, `theme().font("label")`.
* Parts: `ui.widgets.buttons.button`, `labels.label`, `table_pane.TablePane`, `table.Column / Badge / Run`,
  `code_search.CodeLineEdit`, `fields`, `chips`, `alerts.AlertCard`, `review_sheet.ReviewSheet`,
  `pdf_preview.PdfPreview`.
* Sheets cover `ctx.notices.sheet_host()`, never the patient banner: `ReviewSheet(host, ...).open()`. An overlay that
  has the focus has all keys. What waits (critical values, tasks) goes to the top bar: `ctx.opener.show_badges(...)`.
* A list marks the row whose chart is open: `table.cells.slot_of = lambda row: ctx.opener.slot_of(row.patient)`.
* Every control has an accessible name. Every text goes through `_()` when it is shown, never at import.
* Tests: `tests.ui.accessibility.nameless(page)` and `too_small(page)` must be empty; `tests.ui.screens.grab` takes
  pictures; `python -m tests.ui.render_kit FOLDER` shows how the kit looks in both themes, languages and text sizes.
* The shell shows a page that is listed as a `PageSpec` (see `ui.shell`); language, scale and density switches build the
  page anew, so keep state only in the draft and in what `load` asks for.
"""
