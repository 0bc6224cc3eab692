"""What is burnt into a proxy: source timecode, clip, frame, and a line of the production's own."""

from collections.abc import Iterator
from typing import Any

from circletake.contracts.recipe import BurnIn, BurnInText
from circletake.media.launcher import Workbench
from circletake.media.lettering import Text, fitting, lay_out, lettered, running_number, running_timecode
from circletake.media.plan import PROXY_BOX
from circletake.media.typeface import packaged_typeface, typeface
from functions.transcode.making import Making
from functions.transcode.shape import fitted

#: Graphics stay within the inner 90 % of the picture (EBU R 95).
_MARGIN = 0.05
#: Letters are this part of the height, or, where that is less, of the width: a picture may stand upright. Below so
#: many pixels no digit can be told from another.
_OF_HEIGHT, _OF_WIDTH, _LEAST = 1 / 22, 1 / 26, 9
#: A clip's name keeps clear of the timecode by two letters.
_GAP = 2.0
#: A clip that has none says so, so that nobody takes the frame for it.
_NONE = "no timecode"
_LEFT, _RIGHT = f"w*{_MARGIN}", f"w*{1 - _MARGIN}-tw"
_TOP, _BOTTOM = f"h*{_MARGIN}", f"h*{1 - _MARGIN}-th"


def lay_out_texts(bench: Workbench, making: Making) -> None:
    """The texts that are burnt in → on the bench, each in a file."""
    lay_out(bench, tuple(_texts(making, making.recipe.burn_in)), typeface(packaged_typeface()))


def burnt_in(picture: Any, making: Making, burn_in: BurnIn) -> Any:
    """A picture as it is shown → the same with the texts in it."""
    return lettered(picture, tuple(_texts(making, burn_in)))


def _texts(making: Making, burn_in: BurnIn) -> Iterator[Text]:
    """Words and frame above, clip and timecode below; what grows to the right is shortened to what is left."""
    face, video = typeface(packaged_typeface()), making.inspection.video
    wide, high = fitted(video, PROXY_BOX)
    letters = max(min(high * _OF_HEIGHT, wide * _OF_WIDTH), _LEAST)
    size, line = letters / high, wide * (1 - 2 * _MARGIN) / letters
    number, label = running_number(video.frames), making.timecode
    if BurnInText.FRAME in burn_in.show:
        yield Text("frame.txt", number, size, _RIGHT, _TOP, running=True, first=making.first)
    if burn_in.words:
        taken = face.width("0" * len(str(video.frames))) + _GAP if BurnInText.FRAME in burn_in.show else 0
        yield Text("words.txt", fitting(burn_in.words, face, line - taken), size, _LEFT, _TOP)
    if BurnInText.TIMECODE in burn_in.show:
        if label is None:
            yield Text("timecode.txt", _NONE, size, _RIGHT, _BOTTOM)
        else:
            yield Text("timecode.txt", running_timecode(label), size, _RIGHT, _BOTTOM, running=True, first=making.first)
    if BurnInText.CLIP in burn_in.show and making.title:
        taken = face.width(str(label or _NONE)) + _GAP if BurnInText.TIMECODE in burn_in.show else 0
        yield Text("clip.txt", fitting(making.title, face, line - taken), size, _LEFT, _BOTTOM)
