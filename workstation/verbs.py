"""The registry behind the desk's two verbs: every command and query by name, with permission and types.

Screens, scripts, help texts and JSON Schemas all come from here; a module adds to it by decorating its functions.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar, get_type_hints

import msgspec

from workstation.core.errors import Invalid, NotFound
from workstation.core.events import Ref
from workstation.core.i18n import _
from workstation.security.permissions import Permission

F = TypeVar("F", bound=Callable[..., Any])
EXTRAS = frozenset({"knowledge", "now", "actor"})


class Kind(StrEnum):
    """What a verb does."""

    DO = "do"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class Verb:
    """One command or query. `audited` names the act in the trail when a query must leave one."""

    name: str
    kind: Kind
    permission: Permission
    help: str
    run: Callable[..., Any]
    request: type
    answer: Any
    extras: frozenset[str]
    audited: bool = False

    def schema(self) -> dict[str, Any]:
        """Give name, help, permission and the JSON Schemas of input and answer."""
        (request, answer), definitions = msgspec.json.schema_components(
            [self.request, self.answer], ref_template="#/$defs/{name}"
        )
        return {
            "name": self.name,
            "kind": self.kind.value,
            "help": _(self.help),
            "permission": self.permission.value,
            "input": request,
            "answer": answer,
            "$defs": definitions,
        }

    def read(self, text: bytes) -> Any:
        """Read a request from JSON. Raises Invalid, naming what does not fit."""
        try:
            return msgspec.json.decode(text or b"{}", type=self.request)
        except (msgspec.ValidationError, msgspec.DecodeError) as error:
            raise Invalid(
                _("The input of {name} does not fit: {why}", name=self.name, why=str(error))
            ) from error


_verbs: dict[tuple[Kind, str], Verb] = {}


def command(name: str, *, permission: Permission, help: str) -> Callable[[F], F]:  # noqa: A002
    """Register a function `(unit, request, *, knowledge?) -> Ref` as a command."""
    return _register(Kind.DO, name, permission, help, audited=False)


def query(name: str, *, permission: Permission, help: str, audited: bool = False) -> Callable[[F], F]:  # noqa: A002
    """Register a function `(reader, request, *, knowledge?, now?, actor?) -> rows` as a query.

    An audited query must have a `patient` in its request.
    """
    return _register(Kind.ASK, name, permission, help, audited)


def _register(kind: Kind, name: str, permission: Permission, text: str, audited: bool) -> Callable[[F], F]:
    def add(function: F) -> F:
        hints = get_type_hints(function)
        parameters = list(inspect.signature(function).parameters)
        extras = frozenset(parameters[2:])
        if extras - EXTRAS or (kind, name) in _verbs:
            raise ValueError(f"{name}: registered twice, or asks for {sorted(extras - EXTRAS)}")
        answer = str if kind is Kind.DO else hints["return"]
        _verbs[kind, name] = Verb(
            name, kind, permission, text, function, hints[parameters[1]], answer, extras, audited
        )
        return function

    return add


def find(kind: Kind, name: str) -> Verb:
    """Give a verb by name. Raises NotFound."""
    verb = _verbs.get((kind, name))
    if verb is None:
        raise NotFound(_("There is no verb named {name}.", name=name), _("`--list` shows all of them."))
    return verb


def all_verbs(kind: Kind) -> Iterator[Verb]:
    """Walk the verbs of a kind, by name."""
    for key in sorted(_verbs):
        if key[0] is kind:
            yield _verbs[key]


def to_plain(value: Any) -> Any:
    """Turn rows, references and dates into what JSON can say."""
    return str(value) if isinstance(value, Ref) else msgspec.to_builtins(value, enc_hook=str)
