"""A card on its way up, as a person sees it."""

import tempfile
import threading
import time
from collections.abc import Collection
from contextlib import nullcontext
from pathlib import Path

from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.text import Text

from circletake.cli.circling import Ask, Circling
from circletake.cli.shared import counted, errors, visible
from circletake.cloud.deployment import Deployment
from circletake.cloud.patience import Patience
from circletake.contracts.files import Origin
from circletake.contracts.keys import RollRef
from circletake.transfer.comparing import read_manifests
from circletake.transfer.deciding import Intent
from circletake.transfer.journal import Journal, fingerprint
from circletake.transfer.listing import Card, new_offload
from circletake.transfer.ordering import order
from circletake.transfer.pacing import Line
from circletake.transfer.placing import Place
from circletake.transfer.provenance import Provenance
from circletake.transfer.uploading import WHOLE_BYTES, Load, Outcome, Uploader

REFRESH_S = 0.2
_UNKNOWN = Provenance(Origin.UNKNOWN)


class Screen:
    """A bar with bytes, speed, what is left and files; sentences above it. Told from many threads."""

    def __init__(self, progress: Progress, title: str, card: Card) -> None:
        self._progress, self._title = progress, title
        self._files, self._of_files = 0, len(card.files)
        self._bytes = self.sent_bytes = 0
        self._shown_at = 0.0
        self._is_waiting = False
        self._lock = threading.Lock()
        self._task: TaskID = progress.add_task(title, total=card.size_bytes, files=self._told_files())

    def sent(self, size_bytes: int) -> None:
        with self._lock:
            self.sent_bytes += size_bytes
            self._bytes += size_bytes
        self._show()

    def skipped(self, size_bytes: int) -> None:
        with self._lock:
            self._bytes += size_bytes
        self._show()

    def finished(self, path: str) -> None:
        with self._lock:
            self._files += 1
        self._show()

    def word(self, path: str, sentence: str) -> None:
        self.say(f"{visible(path)}: {sentence}")

    def say(self, sentence: str) -> None:
        self._progress.console.print(Text(sentence, style="yellow"))

    def trouble(self, sentence: str | None) -> None:
        with self._lock:
            is_news = (sentence is None) == self._is_waiting
            self._is_waiting = sentence is not None
        if is_news:
            said = (
                f"{sentence} Waiting for it; Ctrl-C stops, and the same command goes on." if sentence else "It goes on."
            )
            self.say(said)
            self._progress.update(self._task, description="Waiting" if sentence else self._title)

    def _show(self) -> None:
        now = time.monotonic()
        if now - self._shown_at > REFRESH_S:
            self._shown_at = now
            self._progress.update(self._task, completed=self._bytes, files=self._told_files())

    def _told_files(self) -> str:
        return f"{self._files}/{counted(self._of_files, 'file')}"


def upload_card(
    where: Deployment,
    roll: RollRef,
    load: Load,
    intent: Intent,
    journal: Journal,
    *,
    line: Line | None = None,
    quietly: bool = False,
    ask: Ask | None = None,
) -> tuple[Outcome, int]:
    """A card as it is meant → what became of it, and how many bytes were sent. The bar is shown on the way.

    `ask`: which clips are circled by now; asked while it goes up.
    """
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[files]}"),
    )
    with Progress(*columns, console=errors, disable=quietly, transient=True, refresh_per_second=4) as progress:
        screen = Screen(progress, f"Uploading {roll.roll}", load.card)
        patience = Patience(screen.trouble)
        place = Place(
            where.uploader(roll.production),
            where.outputs["IngestBucket"],
            roll,
            intent.offload,
            patiently=patience,
            line=line or Line(),
            on_bytes=screen.sent,
        )
        uploader = Uploader(place, journal, load, screen)

        def circle(clips: Collection[str]) -> None:
            if ahead := uploader.waiting.circle(clips):
                screen.say(f"Circled, so sent before the rest: {', '.join(map(visible, ahead))}")

        try:
            with Circling(ask, circle, screen.say) if ask else nullcontext():
                outcome = uploader.upload(is_new=intent.is_new)
        finally:
            patience.give_up()
        return outcome, screen.sent_bytes


def load_of(
    card: Card,
    provenance: Provenance,
    *,
    circled: tuple[str, ...] = (),
    proxies_first: bool = False,
    repairing: bool = False,
) -> Load:
    """A card and what is known of it → what is to go up, in its order, with the manifests read."""
    ordered = order(card.files, circled=circled, proxies_first=proxies_first)
    return Load(
        card, ordered, provenance, read_manifests(card.root, ordered, WHOLE_BYTES), repairing, circled, proxies_first
    )


def send(where: Deployment, roll: RollRef, card: Card, told: Provenance = _UNKNOWN, *, quietly: bool = False) -> str:
    """A card as listed → all of it in the ingest bucket; the name of the insertion. Remembers nothing."""
    intent = Intent(told.offload or new_offload(), is_new=True)
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal(Path(folder) / "journal")
        journal.begin(intent.offload, fingerprint(card.files))
        upload_card(where, roll, load_of(card, told), intent, journal, quietly=quietly)
        journal.close()
    return intent.offload
