"""JSON Patch, case by case from RFC 6902 and its appendix A."""

from __future__ import annotations

from typing import Any

import pytest

from sync.hub import jsonpatch
from sync.hub.errors import FhirError

GOOD = [
    ({"foo": "bar"}, [{"op": "add", "path": "/baz", "value": "qux"}], {"baz": "qux", "foo": "bar"}),
    ({"foo": ["a", "c"]}, [{"op": "add", "path": "/foo/1", "value": "b"}], {"foo": ["a", "b", "c"]}),
    ({"foo": ["a"]}, [{"op": "add", "path": "/foo/-", "value": ["b"]}], {"foo": ["a", ["b"]]}),
    ({"foo": ["a"]}, [{"op": "add", "path": "/foo/1", "value": "b"}], {"foo": ["a", "b"]}),
    ({"baz": 1, "foo": 2}, [{"op": "remove", "path": "/baz"}], {"foo": 2}),
    ({"foo": ["a", "b", "c"]}, [{"op": "remove", "path": "/foo/1"}], {"foo": ["a", "c"]}),
    ({"baz": 1}, [{"op": "replace", "path": "/baz", "value": 2}], {"baz": 2}),
    ({"foo": ["a", "b"]}, [{"op": "replace", "path": "/foo/1", "value": "z"}], {"foo": ["a", "z"]}),
    ({"a": {"x": 1}, "b": {}}, [{"op": "move", "from": "/a/x", "path": "/b/y"}], {"a": {}, "b": {"y": 1}}),
    ({"foo": ["a", "b", "c"]}, [{"op": "move", "from": "/foo/0", "path": "/foo/2"}], {"foo": ["b", "c", "a"]}),
    ({"a": [1]}, [{"op": "copy", "from": "/a", "path": "/b"}, {"op": "add", "path": "/b/-", "value": 2}],
     {"a": [1], "b": [1, 2]}),
    ({"baz": "qux", "foo": [1, 2]}, [{"op": "test", "path": "/foo/1", "value": 2}], {"baz": "qux", "foo": [1, 2]}),
    ({"/": 9, "~1": 10}, [{"op": "test", "path": "/~01", "value": 10}, {"op": "remove", "path": "/~1"}], {"~1": 10}),
    ({"a": 1}, [{"op": "replace", "path": "", "value": {"b": 2}}], {"b": 2}),
    ({"a": 1}, [{"op": "add", "path": "/a", "value": None, "unknown": 5}], {"a": None}),
    ({"": 1}, [{"op": "remove", "path": "/"}], {}),
]  # fmt: skip


@pytest.mark.parametrize(("document", "patch", "expected"), GOOD)
def test_patches_do_what_the_standard_says(document: Any, patch: Any, expected: Any) -> None:
    assert jsonpatch.apply(document, patch) == expected


BAD = [
    ({"a": 1}, [{"op": "add", "path": "/b/c", "value": 1}], 422),
    ({"a": 1}, [{"op": "remove", "path": "/b"}], 422),
    ({"a": 1}, [{"op": "replace", "path": "/b", "value": 1}], 422),
    ({"a": 1}, [{"op": "test", "path": "/a", "value": 2}], 422),
    ({"a": [1]}, [{"op": "add", "path": "/a/2", "value": 1}], 422),
    ({"a": [1]}, [{"op": "remove", "path": "/a/01"}], 422),
    ({"a": [1]}, [{"op": "remove", "path": "/a/-"}], 422),
    ({"a": [1]}, [{"op": "remove", "path": "/a/²"}], 422),
    ({"a": {"b": 1}}, [{"op": "move", "from": "/a", "path": "/a/b"}], 422),
    ({"a": "text"}, [{"op": "add", "path": "/a/b", "value": 1}], 422),
    ({"a": 1}, [{"op": "add", "path": "a", "value": 1}], 400),
    ({"a": 1}, [{"op": "add", "path": "/a"}], 400),
    ({"a": 1}, [{"op": "move", "path": "/a"}], 400),
    ({"a": 1}, [{"op": "spam", "path": "/a"}], 400),
    ({"a": 1}, ["add"], 400),
    ({"a": 1}, {"op": "add", "path": "/a", "value": 1}, 400),
]


@pytest.mark.parametrize(("document", "patch", "status"), BAD)
def test_patches_that_do_not_fit_are_refused_and_change_nothing(
    document: Any, patch: Any, status: int
) -> None:
    before = repr(document)
    with pytest.raises(FhirError) as refusal:
        jsonpatch.apply(document, patch)
    assert refusal.value.status == status
    assert repr(document) == before
