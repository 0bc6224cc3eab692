"""Texts in the picture. They reach FFmpeg only through files of ours, so that a hostile name is only letters."""

from typing import Any

from circletake.contracts.recipe import BurnIn
from circletake.media.launcher import Workbench
from functions.transcode.making import Making


def lay_out_texts(bench: Workbench, making: Making) -> None:
    """The texts that are burnt in → on the bench, each in a file."""


def burnt_in(picture: Any, making: Making, burn_in: BurnIn) -> Any:
    """A picture as it is shown → the same with the texts in it."""
    return picture
