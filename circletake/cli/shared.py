"""What the commands share: the console, JSON for machines, and how an error is shown to a person."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from circletake.cloud.deployment import Deployment, NoDeployment, find_deployment

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)

Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines instead of text for people.")]

#: Two columns of such words leave a quarter of 80 letters.
_LONGEST_WORD = 30
_STYLES = {
    "DELIVERED": ("●", "green"),
    "ANSWERED": ("●", "green"),
    "KEPT": ("■", "cyan"),
    "REJECTED": ("✗", "bold red"),
    "NEEDS_ATTENTION": ("!", "bold yellow"),
}


@dataclass(frozen=True)
class Target:
    """Where the commands work, as given before the command."""

    studio: str | None = None
    stack: str | None = None

    def find(self, *, or_exit_with: int = 1) -> Deployment:
        try:
            return find_deployment(studio=self.studio, stack=self.stack)
        except NoDeployment as none:
            fail(str(none), or_exit_with)


def deployment(context: typer.Context, *, or_exit_with: int = 1) -> Deployment:
    """The command's context → where it works; or the end of the command, with that exit code."""
    return context.find_object(Target).find(or_exit_with=or_exit_with)  # type: ignore[union-attr]


def fail(sentence: str, code: int = 1) -> NoReturn:
    errors.print(Text(sentence, style="red"))
    raise typer.Exit(code)


def require_production(where: Deployment, production: str) -> None:
    """The end of the command where nothing of the production was received."""
    if production not in (known := where.reading().productions()):
        there = ", ".join(known) or "none"
        fail(f"No footage of {visible(production)!r} has been received. Productions: {there}.")


def print_json(value: Any) -> None:
    # In ASCII: a name from a card may hold what no terminal can be sent.
    typer.echo(json.dumps(value, indent=2))


def state_text(state: str) -> Text:
    """A state → itself with a mark, so that it is not told by colour alone."""
    mark, style = _STYLES.get(state, ("○", "dim"))
    return Text(f"{mark} {state}", style=style)


def visible(name: str) -> str:
    """A name as it came from a card → the same on one line, with what a terminal would obey shown as an escape."""
    return "".join(char if char.isprintable() else _escape(char) for char in name)


def _escape(char: str) -> str:
    if "\udc80" <= char <= "\udcff":
        # A byte of a name that is no UTF-8, as Python reads it; spelt as in the records.
        return f"\\x{ord(char) - 0xDC00:02x}"
    return char.encode("unicode_escape").decode()


def counted(number: int, thing: str, things: str | None = None) -> str:
    """1, "file" → "1 file"; 2, "file" → "2 files"."""
    return f"{number} {thing}" if number == 1 else f"{number} {things or thing + 's'}"


def word_width(texts: Iterable[str]) -> int:
    """Texts of a table's column → the width at which none of their words is broken: names are looked for as they are.
    Words that are absurdly long are."""
    return min(_LONGEST_WORD, max((cell_len(word) for text in texts for word in text.split()), default=1))


def make_folder(folder: Path) -> None:
    """A folder that `--into` names → it is there; or the end of the command."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        fail(f"{folder} is no folder: a file has that name. Name another one: --into DIR", 2)


@contextmanager
def interruptible(sentence: str) -> Iterator[None]:
    """Ctrl-C ends the command with a sentence, not with a trace."""
    try:
        yield
    except KeyboardInterrupt:
        fail(sentence, 130)
