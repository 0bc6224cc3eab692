"""The detectors of the pass: small pictures and the sound, looked at for what quality control reports.

They only write down what each frame is like. How long something has to last until it is a finding is judged when all
of a clip has been seen (`qc`), so that a clip seen in pieces and one seen whole are judged alike.
"""

from collections.abc import Mapping
from typing import Any

import ffmpeg

from circletake.contracts.media import VideoStream
from circletake.contracts.recipe import Qc, QcKind
from circletake.media.routes import WOVEN
from functions.transcode.making import Making
from functions.transcode.shape import every, fitted, met, scaled

DETECT_BOX = (320, 180)
PICTURE_LOG, WHITE_LOG, COMBS_LOG, SOFTNESS_LOG = "picture.txt", "white.txt", "combs.txt", "softness.txt"
SOUND_LOG, METER_LOG = "sound.txt", "meter.txt"
#: The first and the last small picture of a piece, as grey bytes: by them its neighbours are told to go on from it.
EDGES = "edges.gray"
#: What a piece hands on of what was seen. Which of them are there depends on what the recipe looks for.
SEEN = (PICTURE_LOG, WHITE_LOG, COMBS_LOG, SOFTNESS_LOG, EDGES)

#: FFmpeg's own share and level of black: 98 % of the picture at or below 10 % of the legal range.
_BLACK_SHARE, _BLACK_LEVEL = 0.98, (16 + 0.1 * 219) / 255
#: Coding and scaling move a white by so much.
_CODING = 2
#: Combs are looked for in so many columns of every line: enough of a picture that moves, and 1/15 of its cost.
_COMB_WIDTH = 128
#: Focus is looked at so often, in the middle of the picture at its full sharpness.
_SOFTNESS_FPS, _SOFTNESS_BOX = 2, (640, 360)


def is_interlaced(video: VideoStream) -> bool:
    """Whether the file says that its pictures are made of fields."""
    return video.field_order in WOVEN


def close_ups(making: Making) -> tuple[QcKind, ...]:
    """What can only be seen in the picture at its full size."""
    kinds, video = making.recipe.qc.kinds, making.inspection.video
    # Fields that are told of are woven already, and those of a picture that was turned lie on their side.
    combs = QcKind.INTERLACED in kinds and not is_interlaced(video) and video.rotation_degrees % 180 == 0
    frames = range(making.first, making.first + making.frames)
    focus = QcKind.SOFT_FOCUS in kinds and met(softness_step(video), frames)
    return ((QcKind.INTERLACED,) if combs else ()) + ((QcKind.SOFT_FOCUS,) if focus else ())


def watched(shown: Any, close: Mapping[QcKind, Any], making: Making) -> list[Any]:
    """The picture before any look, as large as it is shown, and for `close_ups` in full → outputs of logs alone."""
    video, qc = making.inspection.video, making.recipe.qc
    small = scaled(shown.filter("extractplanes", "y"), fitted(video, DETECT_BOX), flags="bilinear").filter(
        "format", "gray"
    )
    outputs = []
    if making.piece is not None:
        both = small.filter_multi_output("split", 2)
        small = both.stream(0)
        ends = both.stream(1).filter("select", f"eq(n,0)+eq(n,{making.frames - 1})")
        outputs.append(ffmpeg.output(ends, EDGES, f="rawvideo", pix_fmt="gray", fps_mode="passthrough"))
    outputs.append(_log_of(_seen(_by_frames(small), qc)))
    if QcKind.INTERLACED in close:
        outputs.append(_log_of(_combs(_by_frames(close[QcKind.INTERLACED]))))
    if QcKind.SOFT_FOCUS in close:
        outputs.append(_log_of(_softness(_by_frames(close[QcKind.SOFT_FOCUS]), making)))
    return outputs


def _by_frames(picture: Any) -> Any:
    """A clock that counts frames: what the detectors say of seconds is said of frames."""
    return picture.filter("settb", "1").filter("setpts", "N")


def _log_of(picture: Any) -> Any:
    return ffmpeg.output(picture, "-", f="null", fps_mode="passthrough")


def _seen(small: Any, qc: Qc) -> Any:
    seen = small.filter("scdet")
    if QcKind.BLACK in qc.kinds:
        seen = seen.filter("blackdetect", d=1, pic_th=_BLACK_SHARE, pix_th=f"{_BLACK_LEVEL:.4f}")
    seen = seen.filter("metadata", mode="print", file=PICTURE_LOG)
    if QcKind.CLIPPED_HIGHLIGHTS not in qc.kinds:
        return seen
    # What is clipped becomes black and all else white: so one detector, which is quick, tells both.
    turned = seen.filter("metadata", mode="delete").filter("lut", y=f"if(gte(val,{qc.clip_level - _CODING}),0,255)")
    return turned.filter("blackdetect", d=1, pic_th=qc.clipped_share).filter("metadata", mode="print", file=WHITE_LOG)


def _combs(full: Any) -> Any:
    """Each frame beside its neighbours: does every other line come from another moment?"""
    strip = full.filter("crop", f"min(iw,{_COMB_WIDTH})", "ih").filter("extractplanes", "y")
    found = strip.filter("idet")
    return found.filter("metadata", mode="print", key="lavfi.idet.single.current_frame", file=COMBS_LOG)


def _softness(full: Any, making: Making) -> Any:
    width, height = _SOFTNESS_BOX
    chosen = every(full, softness_step(making.inspection.video), making.first)
    middle = chosen.filter("crop", f"min(iw,{width})", f"min(ih,{height})")
    return (
        # Else the filters before it are asked for grey, too, and the whole picture is turned into it.
        middle.filter("extractplanes", "y")
        .filter("format", "gray")
        .filter("blurdetect")
        .filter("metadata", mode="print", key="lavfi.blur", file=SOFTNESS_LOG)
    )


def softness_step(video: VideoStream) -> int:
    """How many frames lie between two that are looked at for focus."""
    return max(1, round(video.rate / _SOFTNESS_FPS))


def measured(sound: Any, qc: Qc) -> Any:
    # The meter cuts sound into blocks of its own and loses what others remarked, so the silences are written before.
    if QcKind.SILENT in qc.kinds:
        sound = sound.filter("silencedetect", n=f"{qc.silence_db}dB", d=f"{float(qc.least_s):.6f}")
        sound = sound.filter("ametadata", mode="print", file=SOUND_LOG)
    if QcKind.LOUD not in qc.kinds:
        return sound.filter("ebur128", peak="true", framelog="quiet")
    sound = sound.filter("ebur128", peak="true", framelog="quiet", metadata=1)
    return sound.filter("ametadata", mode="print", key="lavfi.r128.true_peak", file=METER_LOG)
