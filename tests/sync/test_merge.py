"""Three versions of one record: what one side changed is kept, what both changed is a clash, nothing is made up."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.elements import TABLE
from sync.merge import Clash, Merged, Table, merge
from workstation.fhir.resources import Resource, content

FREE = Table(TABLE.keys, TABLE.units, TABLE.choices)  # without elements that count as one

WORDS = st.sampled_from(["a", "b", "c", "d"])
PHONES = st.builds(
    lambda system, use, value: {"system": system, "use": use, "value": value},
    st.sampled_from(["phone", "email"]), st.sampled_from(["home", "work"]), WORDS,
)  # fmt: skip
NAMES = st.builds(lambda use, text: {"use": use, "text": text}, st.sampled_from(["official", "old"]), WORDS)
CONTACTS = st.builds(
    lambda who, phone, sex: {"relationship": [{"text": who}], "telecom": phone} | ({"gender": sex} if sex else {}),
    WORDS, st.lists(PHONES, max_size=2, unique_by=lambda p: (p["system"], p["use"])), st.sampled_from(["", "male"]),
)  # fmt: skip
EXTENSIONS = st.builds(lambda url, value: {"url": url, "valueString": value}, WORDS, WORDS)
ELEMENTS: dict[str, st.SearchStrategy[Any]] = {
    "telecom": st.lists(PHONES, min_size=1, max_size=3, unique_by=lambda p: (p["system"], p["use"])),
    "name": st.lists(NAMES, min_size=1, max_size=2, unique_by=lambda n: n["use"]),
    "contact": st.lists(CONTACTS, min_size=1, max_size=3, unique_by=lambda c: str(c["relationship"])),
    "extension": st.lists(EXTENSIONS, min_size=1, max_size=3, unique_by=lambda e: e["url"]),
    "generalPractitioner": st.lists(
        st.builds(lambda n: {"reference": f"Practitioner/{n}"}, WORDS), min_size=1, max_size=3,
        unique_by=lambda r: r["reference"],
    ),
    "birthDate": st.sampled_from(["1980-01-01", "1990-01-01"]),
    "gender": st.sampled_from(["male", "female"]),
    "deceasedBoolean": st.booleans(),
    "deceasedDateTime": st.sampled_from(["2026-01-01", "2026-02-02"]),
    "maritalStatus": st.builds(lambda text: {"text": text}, WORDS),
    "ofTomorrow": st.recursive(
        st.one_of(WORDS, st.integers(0, 2), st.booleans()),
        lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(WORDS, inner, max_size=2)),
        max_leaves=5,
    ),
}  # fmt: skip


@st.composite
def versions(draw: st.DrawFn, of: Resource | None = None) -> Resource:
    """Draw a Patient, or another version of one that differs in some elements."""
    resource: Resource = {"resourceType": "Patient", "id": "p1"}
    resource |= copy.deepcopy(of or {})
    for name in draw(st.sets(st.sampled_from(sorted(ELEMENTS)), max_size=5)):
        if of is not None and draw(st.booleans()):
            resource.pop(name, None)
        else:
            resource[name] = draw(ELEMENTS[name])
    return resource


@st.composite
def triples(draw: st.DrawFn) -> tuple[Resource, Resource, Resource]:
    base = draw(versions())
    return base, draw(versions(base)), draw(versions(base))


def same(one: Resource, other: Resource) -> bool:
    return content(one) == content(other)


def parts(resource: Resource) -> dict[tuple[str, ...], Any]:
    """Take a record apart in other words than the merge does: one part for everything that may change alone."""
    found: dict[tuple[str, ...], Any] = {}
    for name, value in resource.items():
        if name in ("telecom", "name", "extension", "generalPractitioner"):
            for item in value:
                told = item.get("url") or item.get("reference") or f"{item.get('system')} {item.get('use')}"
                found[name, told] = item
        elif name == "contact":
            for item in value:
                found[name, str(item["relationship"]), "sex"] = item.get("gender")
                for phone in item["telecom"]:
                    found[name, str(item["relationship"]), f"{phone['system']} {phone['use']}"] = phone
        elif name.startswith("deceased"):
            found["deceased",] = {**found.get(("deceased",), {}), name: value}
        elif name != "ofTomorrow":
            found[name,] = value
    return found


@given(triples())
def test_a_side_that_changed_nothing_leaves_the_others_version(
    triple: tuple[Resource, Resource, Resource],
) -> None:
    base, ours, theirs = triple
    for merged, wanted in (
        (merge(base, base, theirs, TABLE), theirs),
        (merge(base, ours, base, TABLE), ours),
    ):
        assert isinstance(merged, Merged)
        assert same(merged.resource, wanted)


@given(triples())
def test_it_does_not_matter_who_is_called_ours(triple: tuple[Resource, Resource, Resource]) -> None:
    base, ours, theirs = triple
    one, other = merge(base, ours, theirs, TABLE), merge(base, theirs, ours, TABLE)
    if isinstance(one, Merged):
        assert isinstance(other, Merged)
        assert same(one.resource, other.resource)
        assert (one.ours, one.theirs) == (other.theirs, other.ours)
    else:
        assert not isinstance(other, Merged)
        assert [(c.path, c.base, c.ours, c.theirs) for c in one] == [
            (c.path, c.base, c.theirs, c.ours) for c in other
        ]


@given(triples())
def test_nothing_is_lost_and_nothing_made_up(triple: tuple[Resource, Resource, Resource]) -> None:
    base, ours, theirs = triple
    merged = merge(base, ours, theirs, FREE)
    before, here, there = parts(base), parts(ours), parts(theirs)
    if not isinstance(merged, Merged):
        assert merged
        return
    result = parts(merged.resource)
    for part in {*before, *here, *there, *result}:
        old, mine, other = before.get(part), here.get(part), there.get(part)
        assert mine in (old, other) or other == old, f"{part} was changed by both sides"
        assert result.get(part) == (other if mine == old else mine)


@given(triples())
def test_merging_again_changes_nothing(triple: tuple[Resource, Resource, Resource]) -> None:
    base, ours, theirs = triple
    merged = merge(base, ours, theirs, TABLE)
    if not isinstance(merged, Merged):
        return
    done = merged.resource
    for again in ((base, done, theirs), (base, ours, done), (base, done, done), (theirs, done, theirs)):
        result = merge(*again, TABLE)
        assert isinstance(result, Merged)
        assert same(result.resource, done)


@given(versions(), st.data())
def test_changes_of_different_elements_always_merge(base: Resource, data: st.DataObject) -> None:
    names = data.draw(st.permutations([n for n in ELEMENTS if n != "deceasedDateTime"]))
    ours, theirs = dict(base), dict(base)
    for side, mine in ((ours, names[:4]), (theirs, names[4:8])):
        for name in mine:
            side[name] = data.draw(ELEMENTS[name])
            if name == "deceasedBoolean":
                side.pop("deceasedDateTime", None)
    merged = merge(base, ours, theirs, FREE)
    assert isinstance(merged, Merged)
    wanted = {**ours, **{name: theirs[name] for name in names[4:8]}}
    if "deceasedBoolean" in names[4:8]:
        wanted.pop("deceasedDateTime", None)
    assert same(merged.resource, wanted)


JSON = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-9, 9), st.floats(allow_nan=False, allow_infinity=False), WORDS
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["telecom", "system", "value", "use", "id", "_id", "url", "a"]), inner
        ),
    ),
    max_leaves=12,
)
ANYTHING = st.dictionaries(st.sampled_from(["telecom", "extension", "_extension", "valueA", "x"]), JSON)


@given(ANYTHING, ANYTHING, ANYTHING)
def test_no_shape_of_json_breaks_it(one: Resource, two: Resource, three: Resource) -> None:
    name = {"resourceType": "Basic", "id": "b1"}
    base, ours, theirs = name | one, name | two, name | three
    for merged, wanted in (
        (merge(base, base, theirs, TABLE), theirs),
        (merge(base, ours, base, TABLE), ours),
    ):
        assert isinstance(merged, Merged)
        assert same(merged.resource, wanted)
    there, back = merge(base, ours, theirs, TABLE), merge(base, theirs, ours, TABLE)
    assert isinstance(there, Merged) == isinstance(back, Merged)
    if isinstance(there, Merged) and isinstance(back, Merged):
        assert same(there.resource, back.resource)


def patient(**elements: Any) -> Resource:
    return {"resourceType": "Patient", "id": "p1", **elements}


MOBILE = {"system": "phone", "use": "mobile", "value": "13800000012"}
MAIL = {"system": "email", "value": "zhang@example.org"}
HOME = {"use": "home", "text": "解放路 1 号"}
BASE = patient(
    name=[{"use": "official", "text": "欧阳建国"}], birthDate="1980-02-03", gender="male", telecom=[MOBILE],
    address=[HOME], managingOrganization={"reference": "Organization/o1", "display": "青囊"},
)  # fmt: skip
MERGES: dict[str, tuple[Resource, Resource, Resource]] = {
    "a telephone here, an address there": (
        {"telecom": [MOBILE | {"value": "1391"}]},
        {"address": [HOME | {"text": "北京路 2 号"}]},
        {"telecom": [MOBILE | {"value": "1391"}], "address": [HOME | {"text": "北京路 2 号"}]},
    ),
    "one telephone changed, another one added": (
        {"telecom": [MOBILE | {"value": "1391"}]},
        {"telecom": [MOBILE, MAIL]},
        {"telecom": [MOBILE | {"value": "1391"}, MAIL]},
    ),
    "a second number of one kind": (
        {"telecom": [MOBILE, MOBILE | {"value": "1391"}]},
        {"telecom": [MOBILE, MAIL]},
        {"telecom": [MOBILE, MAIL, MOBILE | {"value": "1391"}]},
    ),
    "one taken away, one added": (
        {"telecom": []},
        {"telecom": [MOBILE, MAIL]},
        {"telecom": [MAIL]},
    ),
    "the same change twice": (
        {"address": [HOME | {"text": "北京路 2 号"}], "gender": "female"},
        {"address": [HOME | {"text": "北京路 2 号"}]},
        {"address": [HOME | {"text": "北京路 2 号"}], "gender": "female"},
    ),
    "the order one side chose": (
        {"telecom": [MAIL, MOBILE]},
        {"telecom": [MOBILE | {"rank": 1}]},
        {"telecom": [MAIL, MOBILE | {"rank": 1}]},
    ),
    "elements nobody knows": (
        {"ofTomorrow": {"deep": [1, {"er": 1.50}]}},
        {"gender": "female", "modifierExtension": [{"url": "https://x.test", "valueBoolean": True}]},
        {
            "ofTomorrow": {"deep": [1, {"er": 1.50}]}, "gender": "female",
            "modifierExtension": [{"url": "https://x.test", "valueBoolean": True}],
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MERGES)
def test_what_merges(name: str) -> None:
    ours, theirs, wanted = MERGES[name]
    merged = merge(BASE, BASE | ours, BASE | theirs, TABLE)
    assert isinstance(merged, Merged)
    assert same(merged.resource, BASE | wanted)


CLASHES: dict[str, tuple[Resource, Resource, tuple[str, ...]]] = {
    "one telephone, two numbers": (
        {"telecom": [MOBILE | {"value": "1391"}]},
        {"telecom": [MOBILE | {"value": "1392"}]},
        ("telecom[phone|mobile]",),
    ),
    "taken away here, edited there": (
        {"telecom": [MAIL]},
        {"telecom": [MOBILE | {"value": "1391"}]},
        ("telecom[phone|mobile]",),
    ),
    "a reference is one thing": (
        {"managingOrganization": {"reference": "Organization/o2", "display": "青囊"}},
        {"managingOrganization": {"reference": "Organization/o1", "display": "青囊医院"}},
        ("managingOrganization",),
    ),
    "an address is one thing": (
        {"address": [HOME | {"text": "北京路"}]},
        {"address": [HOME | {"city": "北京"}]},
        ("address[home]",),
    ),
    "a choice of types is one element": (
        {"deceasedBoolean": False},
        {"deceasedDateTime": "2026-04-01"},
        ("deceased",),
    ),
    "a date and what extends it": (
        {"birthDate": "1980-02-04"},
        {"_birthDate": {"extension": [{"url": "https://x.test", "valueDateTime": "1980-02-03T08:00:00Z"}]}},
        ("birthDate",),
    ),
    "who somebody is": (
        {"name": [{"use": "official", "text": "欧阳建"}]},
        {"gender": "female"},
        ("gender", "name[official]"),
    ),
    "the same list moved to two orders": (
        {"communication": [{"language": {"text": t}} for t in "bca"]},
        {"communication": [{"language": {"text": t}} for t in "cab"]},
        ("communication",),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CLASHES)
def test_what_clashes(name: str) -> None:
    ours, theirs, paths = CLASHES[name]
    base = BASE | {"communication": [{"language": {"text": t}} for t in "abc"]}
    clashes = merge(base, base | ours, base | theirs, TABLE)
    assert not isinstance(clashes, Merged)
    assert tuple(clash.path for clash in clashes) == paths


def test_a_clash_names_all_three_values() -> None:
    ours, theirs = BASE | {"gender": "female"}, BASE | {"gender": "other"}
    assert merge(BASE, ours, theirs, TABLE) == (Clash("gender", "male", "female", "other"),)


def test_the_queue_state_belongs_to_the_status_of_a_visit_and_the_fee_type_does_not() -> None:
    state, fee = (
        next(iter(TABLE.together["Encounter"])),
        "https://qingnang.example/fhir/StructureDefinition/fee-type",
    )
    (queue,) = (e.removeprefix("extension[").removesuffix("]") for e in state if e.startswith("extension"))
    base = {
        "resourceType": "Encounter", "id": "e1", "status": "arrived",
        "extension": [{"url": queue, "valueCode": "waiting"}, {"url": fee, "valueCode": "self-paid"}],
    }  # fmt: skip
    called = base | {"extension": [{"url": queue, "valueCode": "called"}, base["extension"][1]]}
    insured = base | {"extension": [base["extension"][0], {"url": fee, "valueCode": "resident"}]}
    cancelled = base | {"status": "cancelled"}
    merged = merge(base, called, insured, TABLE)
    assert isinstance(merged, Merged)
    assert [e["valueCode"] for e in merged.resource["extension"]] == ["called", "resident"]
    clashes = merge(base, called, cancelled, TABLE)
    assert not isinstance(clashes, Merged)
    assert {clash.path.partition("[")[0] for clash in clashes} == {"extension", "status"}


def test_versions_of_different_records_are_never_merged() -> None:
    with pytest.raises(ValueError, match="one record"):
        merge(BASE, BASE, BASE | {"id": "p2"}, TABLE)
    with pytest.raises(ValueError, match="one record"):
        merge(BASE, BASE | {"resourceType": "Person"}, BASE, TABLE)


def test_meta_takes_no_part_and_comes_from_the_centre() -> None:
    ours = BASE | {"meta": {"versionId": "1", "tag": [{"code": "x"}]}, "gender": "female"}
    merged = merge(BASE | {"meta": {"versionId": "1"}}, ours, BASE | {"meta": {"versionId": "7"}}, TABLE)
    assert isinstance(merged, Merged)
    assert (merged.resource["meta"], merged.resource["gender"]) == ({"versionId": "7"}, "female")
