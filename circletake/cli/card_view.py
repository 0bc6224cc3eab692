"""A card's verdict on a terminal: one answer first, then the two axes, the copies, and every reason."""

from collections import defaultdict
from collections.abc import Sequence

from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from circletake.cli.shared import console, counted, visible
from circletake.cloud.reading import Told
from circletake.contracts.keys import RollRef
from circletake.film.safety.lights import ANSWERS

_LIGHTS = {"GREEN": ("●", "bold green"), "AMBER": ("▲", "bold yellow"), "RED": ("✗", "bold red")}
#: Of the reasons with one code so many are shown; `--json` has them all.
_SHOWN = 8


def print_cards(roll: RollRef, told: Told) -> None:
    """A roll's cards as told → the screen."""
    for card in told["cards"]:
        _print_card(roll, card, several=len(told["cards"]) > 1)


def light_text(light: str) -> Text:
    """A light → itself with a mark, so that it is not told by colour alone."""
    mark, style = _LIGHTS[light]
    return Text(f"{mark} {light}", style=style)


def _print_card(roll: RollRef, card: Told, *, several: bool) -> None:
    mark, style = _LIGHTS[card["status"]]
    heading = f"{roll.production} · {roll.day} · unit {roll.unit} · roll {roll.roll}"
    if card["covered_by"]:
        console.print(Text(f"{heading} · {card['offload']}", style="dim"))
        console.print(f"  All of it is also in {card['covered_by']}, which counts in its place.\n")
        return
    if several:
        heading += f" · {card['offload']}"
    console.print(Panel(Text(f"{mark}  {ANSWERS[card['status']]}", style=style), title=heading, title_align="left"))
    if released := card["released"]:
        said = f"  Released by {released['by']} ({released['role']}) on {_date(released['at'])}: {released['reason']}"
        console.print(Text(visible(said)))
        if card["status"] == "RED":
            console.print(Text("  Damage was found since. If the card is not formatted yet, stop.", style="bold red"))
    _print_axes(card)
    _print_copies(card["copies"])
    _print_reasons(card)
    _print_acts(card["acts"])
    console.print()


def _print_axes(card: Told) -> None:
    table = Table.grid(padding=(0, 2))
    table.add_row("  BITS", light_text(card["bits"]), _bits(card))
    pictures = sum(reason["axis"] == "PICTURE" for reason in card["reasons"])
    seen = counted(pictures, "reason") + " below" if pictures else "not looked at yet"
    seen = "every clip was decoded whole, or viewed" if card["picture"] == "GREEN" else seen
    table.add_row("  PICTURE", light_text(card["picture"]), seen)
    if structure := card["structure"]:
        table.add_row("  Card", structure["camera"], Text(structure["sentence"], style="dim"))
    console.print(table)


def _bits(card: Told) -> str:
    files = card["files"]
    if not files["listed"]:
        return "nothing has been compared yet"
    agree = f"{files['matched']} of {counted(files['listed'], 'file')} here and the same as listed"
    return agree if card["bits"] == "GREEN" or files["matched"] < files["listed"] else f"{agree}, and yet:"


def _print_acts(acts: Sequence[Told]) -> None:
    """What people have answered for: a green card is green by their word, too."""
    for act in acts:
        if act["act"] != "RELEASE":
            what = " ".join(str(act[name]) for name in ("code", "path", "volume") if act[name])
            done = act["act"].replace("_", " ").lower()
            said = f"{_date(act['at'])}  {act['by']} ({act['role']}): {done} {what}: {act['reason']}"
            console.print(Padding(Text(visible(said), style="dim"), (0, 0, 0, 2)))


def _print_copies(copies: Sequence[Told]) -> None:
    if not copies:
        return
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for heading in ("Copy", "Kind", "Read back", ""):
        table.add_column(heading, overflow="fold")
    for copy in copies:
        name = visible(copy["volume"]) + (f" ({visible(copy['serial'])})" if copy["serial"] else "")
        kind = copy["kind"].lower() + (", off site" if copy["offsite"] else "")
        mark = Text("✓ ", style="green") if copy["counts"] else Text("– ", style="yellow")
        table.add_row(name, kind, _date(copy["read_back_at"]), mark + Text(visible(copy["sentence"])))
    console.print(Padding(table, (1, 0, 0, 2)))


def _print_reasons(card: Told) -> None:
    groups: dict[tuple[str, str, str], list[Told]] = defaultdict(list)
    for reason in card["reasons"]:
        groups[reason["axis"], reason["light"], reason["code"]].append(reason)
    for (axis, light, code), reasons in groups.items():
        mark, style = _LIGHTS[light]
        console.print(Text.assemble("\n  ", (f"{mark} {code}", style), (f"  {axis}, {len(reasons)}", "dim")))
        for reason in reasons[:_SHOWN]:
            if reason["path"]:
                console.print(Padding(Text(visible(reason["path"]), style="bold"), (0, 0, 0, 4)))
            console.print(Padding(Text(visible(reason["sentence"])), (0, 0, 0, 4)))
        if len(reasons) > _SHOWN:
            console.print(
                Padding(Text(f"… and {len(reasons) - _SHOWN} more: --json has them all", "dim"), (0, 0, 0, 4))
            )
        for step in dict.fromkeys(reason["next_step"] for reason in reasons[:_SHOWN]):
            console.print(Padding(Text(f"→ {visible(step)}", style="dim"), (0, 0, 0, 4)))
    if card["more_reasons"]:
        console.print(f"  … and {card['more_reasons']} reasons more.")


def _date(moment: str) -> str:
    return f"{moment[:16].replace('T', ' ')} UTC"
