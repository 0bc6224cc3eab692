"""A day on a terminal: scenes, setups and takes, then what waits for a person."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction

from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from circletake.cli.notes_shared import facts_text
from circletake.cli.notes_view import print_listed
from circletake.cli.shared import console, counted, visible
from circletake.cloud.days import DayRead
from circletake.contracts.takes import Flag
from circletake.film.clip_names import spoken_name
from circletake.film.sound.overlaps import Standing
from circletake.film.takes.day import Day, Entry, Lack, Take, TakeKey
from circletake.film.takes.names import natural, plain

_MARKS = {
    Flag.PICKUP: "PU", Flag.SERIES: "SER", Flag.MOS: "MOS", Flag.TAIL_SLATE: "TS", Flag.FALSE_START: "FS",
    Flag.WILD_TRACK: "WT", Flag.VFX_REFERENCE: "VFX",
}  # fmt: skip
#: One of them, and several.
_LACKS = {
    Lack.CLIP_WITHOUT_TAKE: ("clip without a take", "clips without a take"),
    Lack.TAKE_WITHOUT_PICTURE: ("take without picture", "takes without picture"),
    Lack.TAKE_WITHOUT_SOUND: ("take without sound", "takes without sound"),
    Lack.SOUND_WITHOUT_PICTURE: ("sound without picture", "sounds without picture"),
    Lack.CONFLICT: ("conflict", "conflicts"),
    Lack.DOUBLED_TAKE: ("take that is there twice", "takes that are there twice"),
    Lack.UNKNOWN_CLIP: ("clip that has not come", "clips that have not come"),
    Lack.UNKNOWN_SOUND: ("sound that has not come", "sounds that have not come"),
    Lack.WHICH_RECORDING: ("name that several may have", "names that several may have"),
    Lack.BAD_TIMECODE: ("timecode that does not exist", "timecodes that do not exist"),
}
_MISSED = {Lack.TAKE_WITHOUT_PICTURE: "no picture", Lack.TAKE_WITHOUT_SOUND: "no sound"}
#: What the places of a take's clips in its sound rest on.
STANDING = {
    Standing.CONFIRMED: "✓", Standing.TIMECODE: "TC", Standing.HEARD: "ear", Standing.DOUBTED: "TC?",
    Standing.CONTRADICTED: "ear, not TC",
}  # fmt: skip
#: Of each kind so many are shown; `--json` has them all.
_SHOWN = 8


def print_day(read: DayRead, *, scene: str | None = None, circled: bool = False) -> None:
    """A day, or one scene of it, or its circled takes → the screen."""
    ref, day = read.ref, read.day
    title = f"{ref.production} · {ref.day} · unit {ref.unit}"
    console.print(Panel(Text(f"{_in_numbers(day)}\n{facts_text(read.facts)}"), title=title, title_align="left"))
    waiting, lacking = _waiting(day), _lacking(day.worklist)
    shown = [take for take in day.takes if (not circled or take.is_a(Flag.CIRCLED)) and _is_of(take, scene)]
    by_scene: defaultdict[str, list[Take]] = defaultdict(list)
    for take in shown:
        by_scene[str(take.scene.value) if take.scene else ""].append(take)
    for name in sorted(by_scene, key=lambda each: (not each, natural(each))):
        console.print(Text(f"Scene {visible(name)}" if name else "No scene is known", style="bold"))
        console.print(Padding(_table(read, by_scene[name], waiting, lacking), (0, 0, 0, 2)))
    if not shown:
        console.print("No such take is known yet.")
    if not circled and scene is None:
        _print_gaps(day)
        _print_worklist(day.worklist)


def _in_numbers(day: Day) -> str:
    told = day.summary
    words = [
        counted(len(told.scenes), "scene"),
        counted(len(told.setups), "setup"),
        counted(told.takes, "take"),
        f"{told.circled} circled",
        f"{_runtime(told.all.runtime)} shot",
        f"{_runtime(told.circles.runtime)} circled",
        counted(told.sounds, "sound file"),
    ]
    return " · ".join(words)


def _runtime(seconds: Fraction) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"


def _is_of(take: Take, scene: str | None) -> bool:
    return scene is None or (take.scene is not None and plain(str(take.scene.value)) == plain(scene))


def _waiting(day: Day) -> Counter[object]:
    """→ how many things wait for a person, by take and by recording."""
    return Counter(of for entry in day.worklist for of in (entry.take, entry.clip, entry.sound) if of)


def _lacking(worklist: Iterable[Entry]) -> Mapping[TakeKey, Collection[str]]:
    """→ which takes miss what."""
    lacking: defaultdict[TakeKey, set[str]] = defaultdict(set)
    for entry in worklist:
        if entry.take and entry.lack in _MISSED:
            lacking[entry.take].add(_MISSED[entry.lack])
    return lacking


def _table(
    read: DayRead, takes: Sequence[Take], waiting: Counter[object], lacking: Mapping[TakeKey, Collection[str]]
) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0), expand=True)
    table.add_column(width=8, overflow="fold", style="bold")
    table.add_column(width=6, overflow="fold")
    table.add_column(ratio=5, overflow="fold")
    table.add_column(ratio=4, overflow="fold")
    table.add_column(width=8, overflow="fold", style="dim")
    table.add_column(width=4, no_wrap=True, style="yellow")
    before = None
    for take in takes:
        name = take.setup or take.slate
        called = visible(str(name.value)) if name else "–"
        number = visible(str(take.take.value)) if take.take else "–"
        is_circled = take.is_a(Flag.CIRCLED)
        many = waiting[take.key] + sum(waiting[part.id] for part in take.clips + take.sounds)
        table.add_row(
            Text("" if called == before else called),
            Text(f"{'●' if is_circled else ' '} {number}", style="bold green" if is_circled else ""),
            _names((spoken_name(part.name) for part in take.clips), "no picture", lacking.get(take.key, ())),
            _names((part.name for part in take.sounds), "no sound", lacking.get(take.key, ())).append_text(
                _standing(read, take)
            ),
            " ".join(mark for flag, mark in _MARKS.items() if take.is_a(flag)),
            f"! {many}" if many else "",
        )
        before = called
    return table


def _names(names: Iterable[str], none: str, lacking: Collection[str]) -> Text:
    """Recordings of a take → their names; where there are none, whether that is missed."""
    told = "  ".join(map(visible, names))
    return Text(told) if told else Text(none, style="yellow") if none in lacking else Text("–", style="dim")


def _standing(read: DayRead, take: Take) -> Text:
    """A take → what the places of its clips in the day's sound rest on, each once."""
    placings = filter(None, (read.clips[part.id].placing for part in take.clips))
    told = dict.fromkeys(STANDING[each.standing] for each in placings if each.standing)
    return Text("  " + "  ".join(told) if told else "", style="dim")


def _print_gaps(day: Day) -> None:
    for gap in day.gaps:
        numbers = ", ".join(map(str, gap.missing[:_SHOWN])) + (" …" if len(gap.missing) > _SHOWN else "")
        takes = "take" if len(gap.missing) == 1 else "takes"
        console.print(Text(f"Of {visible(gap.setup)} nobody mentions {takes} {numbers}.", style="dim"))


def _print_worklist(worklist: Sequence[Entry]) -> None:
    if not worklist:
        console.print(Text("\n✓ Nothing waits for a person.", style="green"))
        return
    by_lack: defaultdict[Lack, list[Entry]] = defaultdict(list)
    for entry in worklist:
        by_lack[entry.lack].append(entry)
    console.print(Text(f"\n{counted(len(worklist), 'thing')} to look at", style="bold"))
    for lack, entries in by_lack.items():
        console.print(Padding(Text(f"! {counted(len(entries), *_LACKS[lack])}", style="yellow"), (0, 0, 0, 2)))
        print_listed((Text(visible(entry.sentence)) for entry in entries[:_SHOWN]), 4)
        if len(entries) > _SHOWN:
            more = f"… and {len(entries) - _SHOWN:,} more: --json has them all"
            console.print(Padding(Text(more, style="dim"), (0, 0, 0, 4)))
        for step in dict.fromkeys(entry.next_step for entry in entries):
            console.print(Padding(Text(f"→ {visible(step)}", style="dim"), (0, 0, 0, 4)))
