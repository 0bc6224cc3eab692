"""May a card be formatted? Each thing that may be wrong with one is a reason of its own."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circletake.contracts.cards import (
    Act,
    AddedCopy,
    CardCode,
    CardVerdict,
    Copy,
    Deed,
    Light,
    Policy,
    VolumeKind,
)
from circletake.contracts.errors import Code, Verdict
from circletake.contracts.files import DamagedCopy, NotTaken, Origin, State
from circletake.film.manifests import assemble, read_manifest
from circletake.film.safety.evidence import Evidence, ReadBack, StoredFile
from circletake.film.safety.verdict import find_covered, judge_card
from tests.film.evidence import CARD, NOW, SHUTTLE, clip, digests, evidence, manifests, record, stored


def codes(verdict: CardVerdict) -> set[tuple[str, str | None, str]]:
    return {(reason.code, reason.path, reason.light) for reason in verdict.reasons}


def acted(deed: Deed, **told: object) -> Act:
    known = {"offload": "o-1", "by": "lee@example.com", "role": "camera", "at": NOW, "reason": "seen", "deed": deed}
    return Act.model_validate({**known, **told})


def test_a_whole_card_on_two_copies_with_every_clip_decoded_is_green() -> None:
    verdict = judge_card(evidence())
    assert (verdict.status, verdict.bits, verdict.picture) == (Light.GREEN,) * 3
    assert verdict.reasons == ()
    assert verdict.files.model_dump() == {
        **{"listed": 3, "received": 3, "matched": 3, "missing": 0},
        **{"changed": 0, "unlisted": 0, "pending": 0},
    }
    assert [(copy.made.volume, copy.counts) for copy in verdict.copies] == [("SHUTTLE_07", True), ("s3://ingest", True)]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"onf" * 100, CardCode.FILE_CHANGED),
        (b"one" * 99, CardCode.FILE_TRUNCATED),
        (b"one" * 101, CardCode.FILE_CHANGED),
        (b"", CardCode.FILE_EMPTY),
        (None, CardCode.FILE_MISSING),
    ],
)
def test_a_changed_a_truncated_an_empty_and_a_missing_file_are_different_findings(
    body: bytes | None, code: CardCode
) -> None:
    path = "Clips/A001C001.mov"
    arrived = {name: each for name, each in CARD.items() if name != path} | ({} if body is None else {path: body})
    verdict = judge_card(evidence(arrived=arrived))
    assert (code, path, Light.RED) in codes(verdict)
    assert verdict.status is Light.RED
    # The cloud copy does not count either, so one copy is left.
    assert any(reason.code is CardCode.COPIES_LACKING for reason in verdict.reasons)


def test_a_missing_span_is_told_apart_from_a_missing_file() -> None:
    spans = {f"A001_C001_05026M.RDC/A001_C001_05026M_00{n}.R3D": bytes([n]) * 9 for n in (1, 2)}
    first, second = spans
    verdict = judge_card(evidence(spans, arrived={first: spans[first]}))
    assert (CardCode.SPAN_MISSING, second, Light.RED) in codes(verdict)


def test_a_file_that_no_manifest_lists_keeps_the_card_amber_until_a_person_answers_for_it() -> None:
    extra = evidence(arrived={**CARD, "notes.txt": b"?"})
    assert codes(judge_card(extra)) == {(CardCode.FILE_UNLISTED, "notes.txt", Light.AMBER)}
    (reason,) = judge_card(extra).reasons
    about = {"code": reason.code, "path": reason.path, "about": reason.about}
    assert judge_card(replace(extra, acts=[acted(Deed.ACKNOWLEDGE, **about)])).status is Light.GREEN
    another = {**about, "about": "another version"}
    assert judge_card(replace(extra, acts=[acted(Deed.ACKNOWLEDGE, **another)])).status is Light.AMBER


def test_what_has_not_arrived_yet_is_amber_and_not_missing() -> None:
    coming = evidence(arrived={"A001.xml": CARD["A001.xml"]})
    verdict = judge_card(replace(coming, record=record({**CARD, **manifests(CARD)})))
    assert CardCode.UPLOAD_UNFINISHED in {reason.code for reason in verdict.reasons}
    assert verdict.status is Light.AMBER
    # Without a record nobody knows whether more will come, until the roll is quiet.
    unsaid = replace(coming, record=None)
    assert judge_card(unsaid).status is Light.AMBER
    assert judge_card(replace(unsaid, settled=True)).status is Light.RED


@pytest.mark.parametrize("origin", [Origin.COPY, Origin.UNKNOWN])
def test_a_manifest_made_from_a_copy_proves_nothing_about_the_card(origin: Origin) -> None:
    sent = record({**CARD, **manifests(CARD)}, origin=origin)
    verdict = judge_card(evidence(record=sent))
    assert codes(verdict) == {(CardCode.ORIGIN_UNPROVEN, None, Light.AMBER)}


def test_another_manifest_than_the_one_made_while_reading_the_card_is_found() -> None:
    sent = record({**CARD, **manifests(CARD)}, manifest="ascmhl/0001.mhl", manifest_sha256="0" * 64)
    assert judge_card(evidence(record=sent)).status is Light.RED
    same = evidence(record=sent, manifest_digests={"ascmhl/0001.mhl": "0" * 64})
    assert judge_card(same).status is Light.GREEN


def test_an_edited_manifest_never_lets_a_card_be_green() -> None:
    listed = manifests(CARD)
    name = next(path for path in listed if path.endswith(".mhl"))
    edited = {**listed, name: listed[name].replace(b"transfer", b"in-place")}
    verdict = judge_card(evidence(histories=assemble(edited)))
    assert verdict.status is not Light.GREEN
    assert CardCode.BAD_SIDECAR in {reason.code for reason in verdict.reasons}


def test_a_manifest_of_another_card_is_named_with_the_line_at_fault() -> None:
    other = {"B007C001.mov": b"another", "B007C002.mov": b"roll"}
    listed = manifests(other)
    mixed = evidence(files=[*stored(CARD), *stored(listed)], record=record({**CARD, **listed}))
    verdict = judge_card(replace(mixed, histories=assemble(listed)))
    bad = [reason for reason in verdict.reasons if reason.light is Light.RED]
    assert [(reason.code, reason.path) for reason in bad] == [
        (CardCode.BAD_SIDECAR, next(path for path in listed if path.endswith(".mhl")))
    ]
    assert "lists B007C001.mov" in bad[0].sentence
    assert {code for code, *_ in codes(verdict)} >= {CardCode.FILE_UNLISTED}


def test_without_manifest_and_record_nothing_is_known() -> None:
    bare = evidence(histories=[], record=None, settled=True)
    assert CardCode.NO_MANIFEST in {reason.code for reason in judge_card(bare).reasons}
    assert judge_card(bare).status is Light.AMBER


def test_what_the_uploader_read_from_the_card_stands_in_for_a_manifest() -> None:
    plain = evidence(histories=[], files=stored(CARD), record=record(CARD))
    assert judge_card(plain).status is Light.GREEN
    changed = stored({**CARD, "A001.xml": b"<y/>"})
    assert judge_card(replace(plain, files=changed)).status is Light.RED


def test_a_file_in_parts_is_bound_to_its_digest_by_the_checksum_that_s3_keeps() -> None:
    path = "Clips/A001C001.mov"
    in_parts = [
        StoredFile(file.path, file.version, file.size_bytes, {"crc64nvme": "ab" * 8}) if file.path == path else file
        for file in evidence().files
    ]
    read = {"crc64nvme": "ab" * 8, **digests(CARD[path])}
    sent = record({**CARD, **manifests(CARD)})
    bound = [file.model_copy(update={"digests": read}) if file.path == path else file for file in sent.files]
    good = replace(evidence(), files=in_parts, record=sent.model_copy(update={"files": tuple(bound)}))
    assert judge_card(good).status is Light.GREEN
    unbound = replace(evidence(), files=in_parts)
    assert codes(judge_card(unbound)) >= {(CardCode.FILE_UNVERIFIED, path, Light.AMBER)}
    lying = {"crc64nvme": "cd" * 8, **digests(CARD[path])}
    other = [file.model_copy(update={"digests": lying}) if file.path == path else file for file in sent.files]
    assert judge_card(replace(good, record=sent.model_copy(update={"files": tuple(other)}))).status is not Light.GREEN


def test_what_was_not_taken_along_is_a_reason() -> None:
    left = (NotTaken(path="Clips/link.mov", reason="a symbolic link"),)
    verdict = judge_card(evidence(record=record({**CARD, **manifests(CARD)}, not_taken=left)))
    assert codes(verdict) == {(CardCode.FILE_NOT_TAKEN, "Clips/link.mov", Light.AMBER)}


def test_a_file_that_is_empty_on_the_card_already_is_a_reason_of_its_own() -> None:
    card = {**CARD, "Clips/notes.txt": b""}
    assert codes(judge_card(evidence(card))) == {(CardCode.FILE_EMPTY, "Clips/notes.txt", Light.AMBER)}


def test_the_production_says_how_many_copies_of_which_kinds_there_must_be() -> None:
    three = evidence(policy=Policy(copies=3, kinds=2, offsite=1))
    (reason,) = judge_card(three).reasons
    assert reason.code is CardCode.COPIES_LACKING
    assert "asks for 3 copies that were read back; there are 2" in reason.sentence
    twice = SHUTTLE.model_copy(update={"volume": "THE_SAME_DRIVE"})
    sent = record({**CARD, **manifests(CARD)}, copies=(SHUTTLE, twice))
    assert judge_card(replace(three, record=sent)).status is Light.AMBER
    raid = Copy(volume="RAID", kind=VolumeKind.DISK, read_back_at=NOW, files=3, bytes=604)
    sent = record({**CARD, **manifests(CARD)}, copies=(SHUTTLE, raid))
    assert judge_card(replace(three, record=sent)).status is Light.GREEN


def test_a_copy_that_was_read_back_in_part_does_not_count() -> None:
    half = SHUTTLE.model_copy(update={"files": 2})
    verdict = judge_card(evidence(record=record({**CARD, **manifests(CARD)}, copies=(half,))))
    assert [copy.counts for copy in verdict.copies] == [False, True]
    assert verdict.status is Light.AMBER


def read_back(card: dict[str, bytes], volume: str = "LTO_0042", serial: str | None = "L42", top: str = "") -> ReadBack:
    """A tape, and the manifest that came of reading it back."""
    listed = manifests({f"{top}{path}": body for path, body in card.items()}, hostname=volume)
    noted = f".circletake/copies/{'0' * 64}.mhl"
    tape = AddedCopy(volume=volume, kind=VolumeKind.TAPE, serial=serial, mhl=noted)
    return ReadBack(
        tape, NOW, read_manifest(noted, next(body for path, body in listed.items() if path.endswith(".mhl")))
    )


def added(card: dict[str, bytes], *, top: str = "") -> Evidence:
    """A card with no copy but the cloud's → the same, with a tape that somebody has read back."""
    lone = record({**CARD, **manifests(CARD)}, copies=())
    return evidence(record=lone, read_back=[read_back(card, top=top)])


@pytest.mark.parametrize("top", ["", "A001/"])
def test_a_tape_counts_when_its_own_manifest_agrees_with_the_card(top: str) -> None:
    assert judge_card(added(CARD, top=top)).status is Light.GREEN


def test_a_tape_that_differs_or_lacks_a_file_does_not_count() -> None:
    lacking = judge_card(added({path: body for path, body in CARD.items() if path != "A001.xml"}))
    assert lacking.status is Light.AMBER
    assert "does not prove 1 of the 3 files" in lacking.copies[0].sentence
    differing = judge_card(added({**CARD, "A001.xml": b"<y/>"}))
    assert (CardCode.COPY_DIFFERS, "LTO_0042", Light.RED) in codes(differing)


@pytest.mark.parametrize(
    ("state", "code", "light"),
    [
        (State.REJECTED, Code.CORRUPT_ESSENCE, Light.RED),
        (State.REJECTED, Code.INCOMPLETE_MEDIA, Light.RED),
        (State.REJECTED, Code.CODEC_NOT_ALLOWED, Light.AMBER),
        (State.KEPT, Code.RAW_WITHOUT_DECODER, Light.AMBER),
        # By a vendor decoder, of an original that does not tell how many frames it has.
        (State.DELIVERED, Code.RAW_WITHOUT_DECODER, Light.AMBER),
        (State.NEEDS_ATTENTION, Code.NO_ROUTE, Light.AMBER),
        (State.INSPECTED, None, Light.AMBER),
    ],
)
def test_a_card_is_green_only_when_every_clip_was_decoded(state: State, code: Code | None, light: Light) -> None:
    verdict = judge_card(evidence(clips=[clip("Clips/A001C001.mov"), clip("Clips/A001C002.mov", state, code)]))
    assert (verdict.bits, verdict.picture, verdict.status) == (Light.GREEN, light, light)


def test_a_person_signs_off_what_cannot_be_decoded_and_what_is_rejected_never_turns_green() -> None:
    path = "Clips/A001C002.mov"
    whole = clip("Clips/A001C001.mov")
    raw = evidence(clips=[whole, clip(path, State.KEPT, Code.RAW_WITHOUT_DECODER)])
    (reason,) = judge_card(raw).reasons
    seen = acted(Deed.SIGN_OFF, code=reason.code, path=path, about=reason.about)
    assert judge_card(replace(raw, acts=[seen])).status is Light.GREEN
    broken = evidence(clips=[whole, clip(path, State.REJECTED, Code.CORRUPT_ESSENCE)])
    (reason,) = judge_card(broken).reasons
    seen = acted(Deed.SIGN_OFF, code=reason.code, path=path, about=reason.about)
    (left,) = judge_card(replace(broken, acts=[seen])).reasons
    assert (left.code, left.light) == (CardCode.PICTURE_SIGNED_OFF, Light.AMBER)


def test_an_unreadable_record_is_a_reason_and_no_more() -> None:
    fault = Verdict(code=Code.BAD_SIDECAR, sentence="It cannot be read.", next_step="Send it again.")
    verdict = judge_card(evidence(faults=[(".circletake/offload.json", fault)]))
    assert codes(verdict) == {(CardCode.BAD_SIDECAR, ".circletake/offload.json", Light.AMBER)}


def judged(made: Evidence, light: Light | None = None) -> tuple[Evidence, CardVerdict]:
    verdict = judge_card(made)
    return made, verdict.model_copy(update={"status": light}) if light else verdict


def test_a_card_put_in_twice_counts_once_and_two_cards_of_one_name_count_both() -> None:
    whole, other = evidence(), evidence({"Clips/A001C001.mov": b"another take"})
    same = {"first": judged(whole, Light.RED), "second": judged(whole)}
    assert find_covered(same) == {"first": "second"}
    assert find_covered(dict(reversed(same.items()))) == {"first": "second"}
    assert find_covered({"first": judged(whole), "second": judged(other)}) == {}
    part = evidence({"A001.xml": CARD["A001.xml"]})
    assert find_covered({"whole": judged(whole, Light.RED), "part": judged(part)}) == {"part": "whole"}
    damaged = evidence(arrived={**CARD, "A001.xml": b"<y/>"})
    assert find_covered({"damaged": judged(damaged), "whole": judged(whole)}) == {"damaged": "whole"}
    abandoned = evidence(histories=[], record=None, files=stored({"A001.xml": CARD["A001.xml"]}), clips=[])
    assert find_covered({"abandoned": judged(abandoned), "whole": judged(whole)}) == {"abandoned": "whole"}


def test_what_only_one_insertion_knows_of_is_covered_by_no_other() -> None:
    whole = evidence()
    extra = evidence(arrived={**CARD, "Clips/A001C003.mov": b"more"})
    left = (NotTaken(path="Clips/A001C009.mov", reason="an I/O error"),)
    lacking = evidence(record=record({**CARD, **manifests(CARD)}, not_taken=left))
    for other in (extra, lacking):
        assert "other" not in find_covered({"other": judged(other, Light.RED), "whole": judged(whole)})


@given(st.permutations(["a", "b", "c"]), st.lists(st.sampled_from(Light), min_size=3, max_size=3))
def test_of_insertions_that_are_the_same_exactly_one_counts_and_it_is_the_best(
    names: list[str], lights: list[Light]
) -> None:
    cards = {name: judged(evidence(), light) for name, light in zip(names, lights, strict=True)}
    covered = find_covered(cards)
    (left,) = cards.keys() - covered.keys()
    order = [Light.GREEN, Light.AMBER, Light.RED]
    assert order.index(cards[left][1].status) == min(map(order.index, lights))


def test_a_recording_of_which_there_is_no_clip_yet_is_not_taken_for_decoded() -> None:
    verdict = judge_card(evidence(clips=[clip("Clips/A001C001.mov")]))
    assert codes(verdict) == {(CardCode.PICTURE_PENDING, None, Light.AMBER)}
    replaced = [replace(clip(path), of=frozenset({"an older version"})) for path in CARD if path.endswith(".mov")]
    assert judge_card(evidence(clips=replaced)).status is Light.AMBER


def test_a_large_file_of_an_unknown_kind_may_be_a_recording_that_nobody_has_seen() -> None:
    card = {**CARD, "shot.cine": bytes(2_000_000), "notes.zzz": b"small"}
    verdict = judge_card(evidence(card))
    assert codes(verdict) == {(CardCode.PICTURE_UNCHECKED, "shot.cine", Light.AMBER)}
    (reason,) = verdict.reasons
    seen = acted(Deed.SIGN_OFF, code=reason.code, path=reason.path, about=reason.about)
    assert judge_card(evidence(card, acts=[seen])).status is Light.GREEN


def test_the_very_version_that_the_uploader_counted_must_have_arrived() -> None:
    verdict = judge_card(evidence(received=frozenset((path, "v0") for path in CARD)))
    assert CardCode.UPLOAD_UNFINISHED in {reason.code for reason in verdict.reasons}
    assert verdict.status is Light.AMBER


def test_a_manifest_file_that_the_card_s_manifest_lists_is_compared_like_any_other() -> None:
    card = {**CARD, "Sound/recorder.mhl": b"<hashlist/>"}
    gone = {path: body for path, body in card.items() if path != "Sound/recorder.mhl"}
    assert (CardCode.FILE_MISSING, "Sound/recorder.mhl", Light.RED) in codes(judge_card(evidence(card, arrived=gone)))
    changed = {**card, "Sound/recorder.mhl": b"<hashlost/>"}
    verdict = judge_card(evidence(card, arrived=changed))
    assert (CardCode.FILE_CHANGED, "Sound/recorder.mhl", Light.RED) in codes(verdict)


def test_a_volume_is_one_whether_known_by_its_name_or_its_serial() -> None:
    unnamed = read_back(CARD, volume="shuttle_07", serial=None)
    three = evidence(policy=Policy(copies=3), read_back=[unnamed])
    assert [copy.made.volume for copy in judge_card(three).copies if copy.counts] == ["shuttle_07", "s3://ingest"]


def test_a_manifest_that_was_there_before_proves_no_further_read_back() -> None:
    own = manifests(CARD)
    name = next(path for path in own if path.endswith(".mhl"))
    noted = f".circletake/copies/{'0' * 64}.mhl"
    tapes = [
        ReadBack(AddedCopy(volume=volume, kind=VolumeKind.TAPE, mhl=noted), NOW, read_manifest(noted, own[name]))
        for volume in ("LTO_1", "LTO_2")
    ]
    digest = tapes[0].manifest.sha256 if not isinstance(tapes[0].manifest, Verdict) else ""
    with_own = evidence(read_back=tapes[:1], manifest_digests={name: digest})
    assert [copy.counts for copy in judge_card(with_own).copies] == [True, False, True]
    twice = evidence(read_back=tapes)
    assert [copy.counts for copy in judge_card(twice).copies] == [True, True, False, True]


def test_an_acknowledgement_closes_that_gap_and_that_fault_alone() -> None:
    card = {f"A001C{number:03}_260930_R1JL.mov": b"x" for number in (1, 2, 16)}
    left = (NotTaken(path="a", reason="a symbolic link"),)
    one = evidence(card, record=record({**card, **manifests(card)}, not_taken=left))
    acts = [
        acted(Deed.ACKNOWLEDGE, code=reason.code, path=reason.path, about=reason.about)
        for reason in judge_card(one).reasons
        if reason.closable
    ]
    assert judge_card(replace(one, acts=acts)).status is Light.GREEN
    worse = {**{path: body for path, body in card.items() if "C016" not in path}, "A001C040_260930_R1JL.mov": b"x"}
    error = (NotTaken(path="a", reason="Input/output error"),)
    other = evidence(worse, record=record({**worse, **manifests(worse)}, not_taken=error), acts=acts)
    assert {code for code, *_ in codes(judge_card(one))} == {CardCode.CLIP_GAP, CardCode.FILE_NOT_TAKEN}
    assert {code for code, *_ in codes(judge_card(other))} == {CardCode.CLIP_GAP, CardCode.FILE_NOT_TAKEN}


def test_in_folders_that_no_manifest_describes_the_word_of_who_read_the_card_counts() -> None:
    inner = manifests({"take.wav": b"sound"})
    below = {f"Sound/{path}": body for path, body in inner.items()}
    card = {**CARD, "Sound/take.wav": b"sound"}
    files = [*stored(card), *stored(below)]
    sent = record({**card, **below}, copies=(SHUTTLE.model_copy(update={"files": 4}),))
    made = evidence(
        card,
        files=files,
        record=sent,
        histories=assemble(below),
        received=frozenset((path, "v1") for path in (*card, *below)),
    )
    assert judge_card(made).status is Light.GREEN
    unsaid = record({**card, **below}, origin=Origin.UNKNOWN)
    assert CardCode.FILE_UNLISTED in {reason.code for reason in judge_card(replace(made, record=unsaid)).reasons}


def test_a_recording_is_of_the_card_wherever_it_lies() -> None:
    hidden = evidence(arrived={**CARD, "x/ascmhl/A001C003.mov": b"more"})
    assert (CardCode.FILE_UNLISTED, "x/ascmhl/A001C003.mov", Light.AMBER) in codes(judge_card(hidden))


def test_a_manifest_with_a_date_that_no_clock_had_is_dated_by_when_it_was_added() -> None:
    tape = read_back(CARD)
    assert not isinstance(tape.manifest, Verdict)
    odd = replace(tape, manifest=replace(tape.manifest, made_at="0001-01-01T00:00:00+02:00"))
    verdict = judge_card(evidence(read_back=[odd]))
    assert NOW in {copy.made.read_back_at for copy in verdict.copies}


def test_a_volume_on_which_damage_was_met_does_not_count_until_it_was_read_back_again() -> None:
    note = DamagedCopy(volume="another name", serial="S7", paths=("A001.xml",), found_at="2026-09-30T18:00:00+00:00")
    verdict = judge_card(evidence(damaged=[note]))
    assert codes(verdict) >= {(CardCode.COPY_DIFFERS, "SHUTTLE_07", Light.RED)}
    assert [copy.counts for copy in verdict.copies] == [False, True]
    again = SHUTTLE.model_copy(update={"read_back_at": "2026-09-30T20:00:00+00:00"})
    sent = record({**CARD, **manifests(CARD)}, copies=(again,))
    assert judge_card(evidence(damaged=[note], record=sent)).status is Light.GREEN
    elsewhere = note.model_copy(update={"serial": "S8"})
    assert judge_card(evidence(damaged=[elsewhere])).status is Light.GREEN
