"""Consent: what is withdrawn, expired, out of scope or unknown is never searched for."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circletake.contracts.characters import Cast, Character, Consent, Scope
from circletake.contracts.keys import ClipRef, RollRef
from circletake.film.consent import day_of, last_moment, searchable, why_not_kept, why_not_searched

ROLL = RollRef(production="bikes", unit="main", day="D001", roll="A001")
CLIP = ClipRef(roll=ROLL, clip_id="0" * 20, version="1" * 20)
OTHER = CLIP.model_copy(update={"version": "2" * 20})
ANNA, BEN = "a" * 20, "b" * 20
DAY = date(2026, 9, 30)
AT = "2026-09-30T08:00:00.000+00:00"


def character(**changed: Any) -> Character:
    who: dict[str, Any] = {
        name: changed.pop(name) for name in ("id", "withdrawn_at", "withdrawn_by") if name in changed
    }
    consent: dict[str, Any] = {
        "person": "Ann Actor",
        "scopes": [Scope.SEARCH],
        "expires": DAY,
        "document_sha256": "0" * 64,
        "minor": False,
        **changed,
    }
    return Character(
        **{"id": ANNA, "name": "Anna", "consent": Consent(**consent), "added_by": "lee", "added_at": AT, **who}
    )


def listed(*characters: str, clip: ClipRef = CLIP) -> Cast:
    return Cast(clip=clip, characters=characters, by="lee", at=AT)


def test_who_agreed_is_searched_for_where_a_person_listed_them() -> None:
    assert why_not_searched(character(), listed(ANNA), CLIP, None, DAY) is None
    assert why_not_searched(character(scenes=["12A"]), listed(ANNA), CLIP, " 12a ", DAY) is None
    assert why_not_searched(character(minor=True, guardian="Pat Parent"), listed(ANNA), CLIP, None, DAY) is None


@pytest.mark.parametrize(
    ("who", "cast", "scene", "word"),
    [
        (character(withdrawn_at=AT), listed(ANNA), None, "withdrawn"),
        (character(withdrawn_by="lee"), listed(ANNA), None, "withdrawn"),
        (character(expires=DAY - timedelta(1)), listed(ANNA), None, "ran out"),
        (character(scopes=[Scope.CONSISTENCY, Scope.REPLICA]), listed(ANNA), None, "to be searched for"),
        (character(minor=True), listed(ANNA), None, "guardian"),
        (character(minor=True, guardian="ann actor"), listed(ANNA), None, "guardian"),
        (character(), None, None, "Nobody said"),
        (character(), listed(), None, "Nobody said"),
        (character(), listed(BEN), None, "Nobody said"),
        (character(), listed(ANNA, clip=OTHER), None, "Nobody said"),
        (character(scenes=["12"]), listed(ANNA), None, "not known"),
        (character(scenes=["12"]), listed(ANNA), "  ", "not known"),
        (character(scenes=["12"]), listed(ANNA), "12A", "scene 12A"),
    ],
)
def test_a_sentence_says_why_somebody_is_not_searched_for(
    who: Character, cast: Cast | None, scene: str | None, word: str
) -> None:
    why = why_not_searched(who, cast, CLIP, scene, DAY)
    assert why is not None
    assert word in why
    assert searchable([who], cast, CLIP, scene, DAY) == []


def test_the_last_day_is_over_where_a_day_is_over_first() -> None:
    assert day_of("2026-09-30T09:59:59+00:00") == DAY
    assert day_of("2026-09-30T10:00:00+00:00") == DAY + timedelta(1)
    assert last_moment(DAY) < datetime(2026, 9, 30, 10, tzinfo=UTC)
    assert day_of(last_moment(DAY).isoformat()) == DAY


scenes = st.sampled_from(["12", "12A", "13", " 12 ", "éa", "e\u0301A"])
characters = st.builds(
    character,
    id=st.sampled_from([ANNA, BEN]),
    withdrawn_at=st.sampled_from([None, None, AT]),
    withdrawn_by=st.sampled_from([None, None, "lee"]),
    scopes=st.lists(st.sampled_from(Scope), min_size=1, max_size=3),
    scenes=st.lists(scenes, max_size=2),
    expires=st.dates(DAY - timedelta(3), DAY + timedelta(3)),
    minor=st.booleans(),
    guardian=st.sampled_from([None, "Pat Parent", "Ann Actor"]),
)
casts = st.none() | st.builds(listed, st.sampled_from([ANNA, BEN]), clip=st.sampled_from([CLIP, OTHER]))


@given(characters, casts, st.none() | scenes, st.dates(DAY - timedelta(3), DAY + timedelta(3)))
def test_nothing_withdrawn_expired_out_of_scope_or_unlisted_is_ever_allowed(
    who: Character, cast: Cast | None, scene: str | None, today: date
) -> None:
    allowed = why_not_searched(who, cast, CLIP, scene, today) is None
    consent = who.consent
    agreed = Scope.SEARCH in consent.scopes and today <= consent.expires
    stands = who.withdrawn_at is None and who.withdrawn_by is None
    in_cast = cast is not None and cast.clip == CLIP and who.id in cast.characters
    of_age = not consent.minor or consent.guardian == "Pat Parent"
    same = {"12": "12", " 12 ": "12", "12A": "12a", "13": "13", "éa": "éa", "e\u0301A": "éa", None: None}
    in_scene = not consent.scenes or same[scene] in {same[each.strip()] for each in consent.scenes}
    assert allowed == (agreed and stands and in_cast and of_age and in_scene)
    if allowed:
        assert why_not_kept(who, today) is None
