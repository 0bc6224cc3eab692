"""`circletake find`: the clips in which something is said, that a slate names, or in which somebody is seen."""

from typing import Annotated, Any

import typer
from rich.text import Text

from circletake.cli.shared import Json, console, counted, deployment, fail, print_json, require_production, visible
from circletake.cloud.characters import Registry
from circletake.cloud.deployment import Deployment
from circletake.cloud.finding import Finding
from circletake.contracts.characters import Character
from circletake.film.search import TooManyWords, read_query

_MARKS = {"TRANSCRIPT": "said", "SLATE": "slate", "PAPER": "paper", "NAME": "name", "CHARACTER": "seen"}


def find(
    context: typer.Context,
    words: Annotated[
        str,
        typer.Argument(help='All must occur. "two words" in quotes: together. scene:12A slate:127 take:3 as slated.'),
    ] = "",
    character: Annotated[str | None, typer.Option(help="Only clips in which this character may be seen.")] = None,
    production: Annotated[str | None, typer.Option(help="Only this production.")] = None,
    as_json: Json = False,
) -> None:
    """Find clips by what is said in them, what slates and papers say of them, their names, and who is seen in them.

    Transcripts and slates are what models heard and read: look before you rely on it. Examples:

    circletake find '"to be or not" scene:12A' · circletake find --character Ophelia
    """
    try:
        if not read_query(words) and not character:
            fail("Say what to look for: words, scene:12A, slate:127, take:3, or --character NAME.", 2)
    except TooManyWords as many:
        fail(f"This cannot be looked for: {many}.", 2)
    where = deployment(context)
    if production:
        require_production(where, production)
    names = [production] if production else where.reading().productions()
    told = {name: _look(where, name, words, character) for name in names}
    if character and all(each is None for each in told.values()):
        fail(f"There is no character {visible(character)} in {', '.join(names) or 'any production'}.")
    answered = {name: each for name, each in told.items() if each is not None}
    if as_json:
        print_json({"productions": [{"production": name, **each} for name, each in answered.items()]})
        return
    for name, each in answered.items():
        _print(name, each)
    if not any(each["found"] for each in answered.values()):
        looked = counted(sum(each["clips"] for each in answered.values()), "clip")
        console.print(f"Nothing was found in {looked}. What was not analysed yet cannot be found by its words.")
    if any(each["behind"] for each in answered.values()):
        console.print("The search is up to a minute behind: what came since is not in it yet.")


def _look(where: Deployment, production: str, words: str, character: str | None) -> dict[str, Any] | None:
    """What was found in a production; None where it has no such character."""
    registry, objects = Registry(where.catalogue()), where.objects()
    bucket = where.outputs["ReviewBucket"]
    finding = Finding(where.catalogue(), registry, lambda key, most: objects.read_text(bucket, key, at_most=most))
    if character is None:
        return finding.find(production, words)
    known = [each.id for each, _ in registry.all(production) if _is(each, character)]
    answers = [finding.find(production, words, each) for each in known]
    if not answers:
        return None
    # One that withdrew and signed anew is on record twice.
    found = [each for answer in answers for each in answer["found"]]
    return {**answers[0], "found": found, "more": any(answer["more"] for answer in answers)}


def _is(character: Character, called: str) -> bool:
    return character.name.casefold() == called.casefold() or character.id.startswith(called)


def _print(production: str, told: dict[str, Any]) -> None:
    for each in told["found"]:
        slate = " ".join(f"{name} {text}" for name, text in each["slate"].items() if text)
        place = f"{production} · {each['day']} · unit {each['unit']} · roll {each['roll']}"
        console.print(Text.assemble((visible(each["title"]), "bold"), f"   {place}", f"   {slate}" if slate else ""))
        for match in each["matches"]:
            at = match["timecode"] or ("" if match["frame"] is None else f"frame {match['frame']}")
            console.print(Text(f"    {_MARKS[match['in']]:<6}{at:<14}{visible(match['text'])}", style="dim"))
    if told["more"]:
        console.print(f"There is more in {production}: say it more exactly.")
