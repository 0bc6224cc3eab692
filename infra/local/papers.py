"""What script supervisor, sound mixer and camera assistant wrote of the demo's day; one contradiction, one omission."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from circletake.contracts.takes import Source
from infra.local.scene import B_CLIP, CLIP, SCENE, SOUND, SOUND_ROLL, START, TAKE

#: Circled takes, as people call them.
CIRCLED = {"14A take 2", "14C take 1", f"{SCENE} take {TAKE}"}
#: Of which clip what is disputed: what the script supervisor says, who holds, and what the camera report says.
DISPUTED = (CLIP, "lens", ("50 mm", "75 mm"))
#: The clip that nobody wrote down.
FORGOTTEN = "A004C099 <img src=x onerror=alert(1)>;$(reboot) '\"é+%20"


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as it lies on a desk: its name, whose it is, and what stands in it."""

    name: str
    source: Source
    text: str


def _table(*rows: Sequence[str]) -> str:
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue()


def _street(setup: str, take: str, clip: str, circle: str, note: str) -> tuple[str, ...]:
    """Scene 14 was shot without sound, whatever the camera's own microphone heard."""
    return "14", setup, take, "A", clip, circle, "x", "", "32 mm", note


_STREET = (
    _street("14", "1", "A004C001_20100610_R1JL", "", "Wide, the bicycles come from the left"),
    _street("14A", "1", "A004C002_20100610_R1JL", "", "He is late at the kerb"),
    _street("14A", "2", "A005C001_20100610_R2KM", "x", "Good for all"),
    _street("14B", "1", "A004C003_20100610_R1JL", "", "Car in the background, can be cut around"),
    _street("14C", "1", "A004C004_20100610_R1JL", "x", "Last third is the best"),
    _street("14D", "1", "A004C005_20100610_R1JL", "", "Plate for the titles"),
    _street("14E", "1", "A004C006_20100610_R1JL", "", "Cut at once"),
    _street("14E", "2", "A005C002_20100610_R2KM", "", "Short"),
    _street("14E", "3", "A006C001_20100610_R3LN", "", "Short, and soft"),
    _street("14E", "4", "A006_C001_061053", "", "RAW, for the effects"),
)
PAPERS = (
    Paper(
        "Script log.csv",
        Source.SCRIPT,
        _table(
            ("Scene", "Setup", "Take", "Camera", "Clip", "Circled", "MOS", "False start", "Lens", "Notes"),
            *_STREET,
            ("12", SCENE, "1", "", "", "", "", "x", "", "Slate not in the picture"),
            ("12", SCENE, "2", "", "", "", "", "x", "", "Stopped for a plane"),
            ("12", SCENE, TAKE, "A", CLIP, "x", "", "", DISPUTED[2][0], "The best of times: he looks up on the line"),
            ("12", SCENE, TAKE, "B", B_CLIP, "x", "", "", "85 mm", ""),
        ),
    ),
    Paper(
        "Sound report.csv",
        Source.SOUND,
        _table(
            ("File Name", "Scene", "Take", "Start TC", "Roll", "Notes"),
            (SOUND, SCENE, TAKE, str(START), SOUND_ROLL, "Boom and lavalier, a little room"),
        ),
    ),
    Paper(
        "Camera report.csv",
        Source.CAMERA,
        _table(
            ("Clip Name", "Camera", "Lens", "EI", "White Balance", "Shutter", "Filters"),
            (CLIP, "A", DISPUTED[2][1], "800", "5600 K", "180", "ND 0.6"),
            (B_CLIP, "B", "85 mm", "800", "5600 K", "180", "ND 0.6"),
        ),
    ),
)
