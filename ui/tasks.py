"""Work off the main thread: queries on a few threads, writes one after another; answers come back on the main thread.

An answer for a page that is gone is dropped. Only this file and `ui.bridge` cross threads.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal, Slot

from ui.desk_port import DeskPort
from workstation.core.events import Changed

Answer = TypeVar("Answer")
Failed = Callable[[Exception], None]
Report = Callable[[Exception, QObject], None]


def alive(owner: QObject) -> bool:
    """Say whether an owner can still take an answer: it exists and does not say that it is `closed`."""
    return shiboken6.isValid(owner) and not getattr(owner, "closed", False)


class Tasks(Protocol):
    """What a page uses to reach the desk. Without `failed`, an error goes to `ui.notices`, shown on the page."""

    def ask(
        self,
        owner: QObject,
        name: str,
        request: object,
        ok: Callable[[Any], None],
        failed: Failed | None = None,
        latest: str = "",
    ) -> None:
        """Ask the desk. With `latest`, only the answer to the newest question of that name is delivered."""

    def do(
        self,
        owner: QObject,
        name: str,
        request: object,
        ok: Callable[[Changed], None],
        failed: Failed | None = None,
    ) -> None:
        """Have the desk do something. Writes run in the order they were given."""

    def run(
        self,
        owner: QObject,
        work: Callable[[], Answer],
        ok: Callable[[Answer], None],
        failed: Failed | None = None,
        write: bool = False,
    ) -> None:
        """Run any blocking function that touches no Qt object; `write` keeps it in order with the writes."""

    def when_settled(self, owner: QObject, then: Callable[[], None]) -> None:
        """Call `then` once nothing this owner asked is under way: at once, or after the last answer."""


@dataclass(slots=True)
class Ticket:
    """One question on its way: whom the answer belongs to, and which question it answers."""

    owner: QObject
    ok: Callable[[Any], None]
    failed: Failed | None
    latest: str = ""
    number: int = 0


@dataclass(slots=True)
class Newest:
    """Counts questions per owner and name, so that late answers to old questions can be dropped."""

    numbers: dict[tuple[int, str], int] = field(default_factory=dict)

    def issue(self, ticket: Ticket) -> None:
        """Number a question."""
        if ticket.latest:
            key = (id(ticket.owner), ticket.latest)
            ticket.number = self.numbers.get(key, 0) + 1
            self.numbers[key] = ticket.number

    def is_newest(self, ticket: Ticket) -> bool:
        """Say whether no newer question of this name was asked."""
        return not ticket.latest or self.numbers.get((id(ticket.owner), ticket.latest)) == ticket.number


class _Base(QObject):
    """What the threaded and the inline tasks share: the two verbs on top of `run`, and delivery."""

    def __init__(self, desk: DeskPort, report: Report) -> None:
        super().__init__()
        self._desk = desk
        self._report = report
        self._newest = Newest()
        self._under_way: Counter[int] = Counter()
        self._settled: dict[int, list[Callable[[], None]]] = {}

    def ask(
        self,
        owner: QObject,
        name: str,
        request: object,
        ok: Callable[[Any], None],
        failed: Failed | None = None,
        latest: str = "",
    ) -> None:
        """Ask the desk; see `Tasks.ask`."""
        self._begin(Ticket(owner, ok, failed, latest), lambda: self._desk.ask(name, request), False)

    def do(
        self,
        owner: QObject,
        name: str,
        request: object,
        ok: Callable[[Changed], None],
        failed: Failed | None = None,
    ) -> None:
        """Have the desk do something; see `Tasks.do`."""
        self._begin(Ticket(owner, ok, failed), lambda: self._desk.do(name, request), True)

    def run(
        self,
        owner: QObject,
        work: Callable[[], Answer],
        ok: Callable[[Answer], None],
        failed: Failed | None = None,
        write: bool = False,
    ) -> None:
        """Run a blocking function; see `Tasks.run`."""
        self._begin(Ticket(owner, ok, failed), work, write)

    def when_settled(self, owner: QObject, then: Callable[[], None]) -> None:
        """Call `then` after the last answer; see `Tasks.when_settled`."""
        if self._under_way[id(owner)]:
            self._settled.setdefault(id(owner), []).append(then)
        else:
            then()

    def _begin(self, ticket: Ticket, work: Callable[[], Any], write: bool) -> None:
        self._newest.issue(ticket)
        self._under_way[id(ticket.owner)] += 1
        self._start(ticket, work, write)

    def _start(self, ticket: Ticket, work: Callable[[], Any], write: bool) -> None:
        raise NotImplementedError

    def _deliver(self, ticket: Ticket, answer: Any, error: Exception | None) -> None:
        try:
            if alive(ticket.owner) and self._newest.is_newest(ticket):
                self._hand_over(ticket, answer, error)
        finally:
            self._settle(ticket.owner)

    def _settle(self, owner: QObject) -> None:
        key = id(owner)
        self._under_way[key] -= 1
        if self._under_way[key] <= 0:
            del self._under_way[key]
            for then in self._settled.pop(key, ()):
                if alive(owner):
                    then()

    def _hand_over(self, ticket: Ticket, answer: Any, error: Exception | None) -> None:
        if error is None:
            ticket.ok(answer)
        elif ticket.failed is not None:
            ticket.failed(error)
        else:
            self._report(error, ticket.owner)


class ThreadTasks(_Base):
    """The real tasks: a few threads for reads, one for writes.

    Plain executors and one queued signal. Python runnables on a `QThreadPool` crash now and then when they are freed.
    """

    finished = Signal(object, object, object)

    def __init__(self, desk: DeskPort, report: Report, readers: int = 3) -> None:
        super().__init__(desk, report)
        self._reads = ThreadPoolExecutor(readers, "desk-read")
        self._writes = ThreadPoolExecutor(1, "desk-write")
        self._pending: set[Future[None]] = set()
        self._on_the_way, self._over = 0, False
        self.finished.connect(self._arrived, Qt.ConnectionType.QueuedConnection)

    def _start(self, ticket: Ticket, work: Callable[[], Any], write: bool) -> None:
        if self._over and not write:
            return
        _AT_WORK.add(self)
        self._on_the_way += 1
        executor = self._writes if write else self._reads
        self._pending.add(executor.submit(self._run, ticket, work))

    def _run(self, ticket: Ticket, work: Callable[[], Any]) -> None:
        """Run on a worker; any error travels as a value, because it belongs to the page that asked."""
        try:
            answer = work()
        except Exception as error:  # delivered to the page's `failed`, or reported by the one door
            self.finished.emit(ticket, None, error)
        else:
            self.finished.emit(ticket, answer, None)

    @Slot(object, object, object)
    def _arrived(self, ticket: Ticket, answer: Any, error: Exception | None) -> None:
        self._on_the_way -= 1
        if not self._on_the_way:
            self._pending.clear()
            _AT_WORK.discard(self)
        self._deliver(ticket, answer, error)

    def drain(self, milliseconds: int = 5000) -> bool:
        """Wait until everything given so far has run; for closing the window. Says whether it has."""
        return not wait(self._pending, milliseconds / 1000).not_done

    def close(self) -> None:
        """Take no more work and let the threads end; a question asked later has nobody left to answer to."""
        self._over = True
        self._reads.shutdown(wait=False)
        self._writes.shutdown(wait=False)


_AT_WORK: set[ThreadTasks] = (
    set()
)  # kept alive while a worker may still speak: a QObject must not die on a worker


class InlineTasks(_Base):
    """Tasks that run at once on the calling thread: for tests and scripts."""

    def _start(self, ticket: Ticket, work: Callable[[], Any], write: bool) -> None:
        try:
            answer = work()
        except Exception as error:  # the same path as on a thread
            self._deliver(ticket, None, error)
        else:
            self._deliver(ticket, answer, None)

    def drain(self, milliseconds: int = 0) -> bool:
        """Nothing ever waits here."""
        return True

    def close(self) -> None:
        """There is no thread to end."""
