"""What was seen and heard of a clip → findings: facts with frames and a sentence, for a person to judge."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from circletake.contracts.media import Finding, FrameSpan, Measurements
from circletake.contracts.recipe import QcKind
from functions.transcode.making import Making
from functions.transcode.remarks import Heard, Seen, merged
from functions.transcode.stills import Filmstrip
from functions.transcode.timecodes import jumps
from functions.transcode.watching import is_interlaced, softness_step

#: A frame begins a shot when it differs by so much, and the one before did not: scdet's score and its own threshold.
_CUT_PERCENT = 10
#: A frame repeats the one before when next to nothing changes; a codec may touch a repeat up again, for a frame or two,
#: where a group of pictures begins. Measured: repeats in ProRes and DNxHR change by 0, in H.264 and HEVC by at most
#: 0.010 but for those; a locked-off camera with hardly any noise (a deviation of 1 in 255) by 0.052 and 0.014.
_REPEATED_PERCENT, _TOUCHED_UP_PERCENT, _TOUCHED_UP_FRAMES = 0.01, 0.1, 2
#: 2:3 pulldown combs two frames of five: up to three clean ones lie between two that are not.
_CLEAN_BETWEEN_COMBS = 3
_LEAST_COMBED = Fraction(2, 5)
#: The mean width of edges in pixels. Six shots of real film had 5.3 to 13.2, and up to 19 after a blur of 4 pixels:
#: what is soft in one shot is sharp in another, so this finds only what is soft without doubt.
_SOFT_EDGE = 14.0
#: How many of a kind are listed: the longest. A clip that has more is looked at as a whole.
MOST_OF_A_KIND = 50


@dataclass(frozen=True, slots=True)
class _Clip:
    """All that is known of a clip when its findings are told."""

    making: Making
    pictures: Seen
    sound: Heard | None

    def lasting(self, spans: Iterable[FrameSpan]) -> tuple[FrameSpan, ...]:
        least = self.making.recipe.qc.least_s * self.making.inspection.video.rate
        return tuple(span for span in spans if _length(span) >= least)

    def finding(self, kind: QcKind, frames: FrameSpan, sentence: str) -> Finding:
        """`sentence` ends where the frames are to be told."""
        middle = (frames.first + frames.last) // 2
        thumb = Filmstrip.of(self.making.inspection.video).cell(middle)
        return Finding(kind=kind, frames=frames, sentence=f"{sentence} {self.place(frames)}.", thumb=thumb)

    def place(self, frames: FrameSpan) -> str:
        start, length = self.making.timecode, _length(frames)
        first, last = (f"frame {n}" if start is None else str(start + n) for n in (frames.first, frames.last))
        return f"at {first}" if length == 1 else f"from {first} to {last}, {length} frames"


def measurements(making: Making, pictures: Seen, sound: Heard | None, *, cpu_s: float | None = None) -> Measurements:
    """What was seen and heard of all of a clip → what is kept of it."""
    clip = _Clip(making, pictures, sound)
    return Measurements(
        frames_decoded=pictures.frames,
        loudness=sound.loudness if sound else None,
        scene_changes=tuple(_cuts(pictures.changes)),
        black=clip.lasting(pictures.black),
        frozen=clip.lasting(_repeats(pictures.changes)) if QcKind.FROZEN in making.recipe.qc.kinds else (),
        silent=sound.silent if sound else (),
        findings=tuple(
            finding for kind in making.recipe.qc.kinds for finding in _the_longest(kind, tuple(_FOUND[kind](clip)))
        ),
        cpu_s=cpu_s,
    )


def _cuts(changes: Sequence[float]) -> Iterator[int]:
    before = 0.0
    for frame, change in enumerate(changes):
        if min(change, abs(change - before)) >= _CUT_PERCENT:
            yield frame
        before = change


def _repeats(changes: Sequence[float]) -> Iterator[FrameSpan]:
    """How much each frame differs from the one before → the runs of frames that are all the same picture."""
    first, last = 0, 0
    for frame, change in enumerate(changes[1:], start=1):
        if change <= _REPEATED_PERCENT:
            last = frame
        elif change > _TOUCHED_UP_PERCENT or frame - last > _TOUCHED_UP_FRAMES:
            if last > first:
                yield FrameSpan(first=first, last=last)
            first = last = frame
    if last > first:
        yield FrameSpan(first=first, last=last)


def _black(clip: _Clip) -> Iterator[Finding]:
    for span in clip.lasting(clip.pictures.black):
        yield clip.finding(QcKind.BLACK, span, "The picture is black")


def _frozen(clip: _Clip) -> Iterator[Finding]:
    dark = clip.pictures.black
    for span in clip.lasting(_repeats(clip.pictures.changes)):
        # That black stands still is no news.
        if not any(each.first <= span.first and span.last <= each.last for each in dark):
            yield clip.finding(QcKind.FROZEN, span, "The picture stands still")


def _silent(clip: _Clip) -> Iterator[Finding]:
    for span in clip.sound.silent if clip.sound else ():
        yield clip.finding(QcKind.SILENT, span, f"No sound above {_db(clip.making.recipe.qc.silence_db)} dBFS")


def _clipped(clip: _Clip) -> Iterator[Finding]:
    qc = clip.making.recipe.qc
    for span in clip.lasting(clip.pictures.clipped):
        yield clip.finding(
            QcKind.CLIPPED_HIGHLIGHTS,
            span,
            f"At least {qc.clipped_share * 100:g} % of the picture stands at white or above ({qc.clip_level} of 255)",
        )


def _interlaced(clip: _Clip) -> Iterator[Finding]:
    if is_interlaced(clip.making.inspection.video):
        yield Finding(
            kind=QcKind.INTERLACED,
            frames=None,
            sentence="The file says that its pictures are made of fields; in the proxy they are woven into frames.",
            information=True,
        )
        return
    combed = clip.pictures.combed
    for span in clip.lasting(merged(combed, gap=_CLEAN_BETWEEN_COMBS)):
        inside = sum(_length(each) for each in combed if span.first <= each.first and each.last <= span.last)
        if inside >= _LEAST_COMBED * _length(span):
            yield clip.finding(
                QcKind.INTERLACED, span, "The file says nothing of fields, yet lines of two moments are combed together"
            )


def _other_rate(clip: _Clip) -> Iterator[Finding]:
    wanted, video = clip.making.recipe.rate, clip.making.inspection.video
    if wanted is None or video.rate == wanted:
        return
    if video.variable_rate:
        sentence = f"Its frames come as they like, {_number(video.rate)} a second on average; the production runs at"
        sentence += f" {_number(wanted)}."
    else:
        factor = max(video.rate, wanted) / min(video.rate, wanted)
        how = "slower" if video.rate > wanted else "faster"
        much = f"{_number(factor)} times" if factor >= Fraction(11, 10) else f"{_number((factor - 1) * 100)} %"
        sentence = f"Recorded at {_number(video.rate)} frames a second: at the production's {_number(wanted)} it plays"
        sentence += f" {much} {how}."
    yield Finding(kind=QcKind.OTHER_RATE, frames=None, sentence=sentence, information=True)


def _timecode_jump(clip: _Clip) -> Iterator[Finding]:
    for jump in jumps(clip.making.inspection):
        frames = FrameSpan(first=jump.frame, last=jump.frame)
        sentence = f"The timecode jumps: {jump.found} stands where {jump.expected} follows, in frame {jump.frame}."
        thumb = Filmstrip.of(clip.making.inspection.video).cell(jump.frame)
        yield Finding(kind=QcKind.TIMECODE_JUMP, frames=frames, sentence=sentence, thumb=thumb)


def _loud(clip: _Clip) -> Iterator[Finding]:
    limit = clip.making.recipe.qc.true_peak_dbtp
    if clip.sound is None or clip.sound.peak is None:
        return
    peak = clip.sound.loudness.true_peak_dbtp
    if peak is not None and peak > limit:
        sentence = f"The sound peaks at {_db(peak)} dBTP, above {_db(limit)} dBTP,"
        yield clip.finding(QcKind.LOUD, clip.sound.peak, sentence)


def _hidden(clip: _Clip) -> Iterator[Finding]:
    hidden = clip.making.inspection.hidden_frames
    if hidden:
        frames = "1 frame" if hidden == 1 else f"{hidden} frames"
        sentence = (
            f"The file's edit list hides {frames} at its ends, which the proxy leaves out: it was trimmed, or its"
        )
        yield Finding(kind=QcKind.HIDDEN_FRAMES, frames=None, sentence=f"{sentence} table of times is damaged.")


def _soft_focus(clip: _Clip) -> Iterator[Finding]:
    step = softness_step(clip.making.inspection.video)
    soft = [
        FrameSpan(first=frame, last=min(frame + step, clip.pictures.frames) - 1)
        for frame, blur in clip.pictures.blurs
        if blur >= _SOFT_EDGE
    ]
    for span in clip.lasting(merged(soft)):
        yield clip.finding(QcKind.SOFT_FOCUS, span, "The middle of the picture may be soft, or meant to be,")


_FOUND: dict[QcKind, Callable[[_Clip], Iterator[Finding]]] = {
    QcKind.BLACK: _black,
    QcKind.FROZEN: _frozen,
    QcKind.SILENT: _silent,
    QcKind.CLIPPED_HIGHLIGHTS: _clipped,
    QcKind.INTERLACED: _interlaced,
    QcKind.OTHER_RATE: _other_rate,
    QcKind.TIMECODE_JUMP: _timecode_jump,
    QcKind.LOUD: _loud,
    QcKind.HIDDEN_FRAMES: _hidden,
    QcKind.SOFT_FOCUS: _soft_focus,
}


def _the_longest(kind: QcKind, found: Sequence[Finding]) -> Iterator[Finding]:
    """All findings of a kind → the longest of them in their order, and a word on how many more there are."""
    if len(found) <= MOST_OF_A_KIND:
        yield from found
        return
    longest = sorted(found, key=lambda each: -_length(each.frames) if each.frames else 0)[:MOST_OF_A_KIND]
    yield from sorted(longest, key=lambda each: each.frames.first if each.frames else 0)
    more = len(found) - MOST_OF_A_KIND
    yield Finding(kind=kind, frames=None, sentence=f"There are {more} more of this kind, none longer, not listed.")


def _length(span: FrameSpan) -> int:
    return span.last - span.first + 1


def _number(value: Fraction) -> str:
    """23.976, 2, 1.25: at most three decimals."""
    return f"{float(value):.3f}".rstrip("0").rstrip(".")


def _db(value: float) -> str:
    return f"{value:+.1f}".removesuffix(".0").replace("-", "−")
