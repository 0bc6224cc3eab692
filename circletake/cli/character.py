"""`circletake character`: who agreed to be looked for in the footage, and how they take it back."""

import base64
import hashlib
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from circletake.cli.card import roll_ref
from circletake.cli.character_names import find_character, namesakes, on_record, told_apart, what_differs
from circletake.cli.people import As, Person
from circletake.cli.portrait import make_portrait
from circletake.cli.shared import Json, console, counted, deployment, fail, print_json, require_production, visible
from circletake.cloud.characters import MAX_PICTURES, Registry
from circletake.cloud.reading import names_of
from circletake.contracts.characters import Character, Erasure, Reference, ReferenceState, Scope
from circletake.film.consent import why_not_kept

app = typer.Typer(
    no_args_is_help=True,
    help="Who may be looked for in the footage. Nobody is until they agreed in writing, and only in clips of which "
    "somebody says that they may be in them; everybody else is counted and never described.",
)

Production = Annotated[str, typer.Option(help="The production's code name.")]
Named = Annotated[str, typer.Argument(help="The character's name, or the beginning of its id.")]


@app.command()
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The character, as the script calls it.")],
    production: Production,
    person: As,
    played_by: Annotated[str, typer.Option("--person", help="Who plays the character, and agreed.")],
    expires: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The last day on which consent holds.")],
    reference: Annotated[
        list[Path],
        typer.Option(
            exists=True, dir_okay=False, help="A picture of this person alone, from the front; again for more."
        ),
    ],
    consent: Annotated[
        Path,
        typer.Option(exists=True, dir_okay=False, help="What was signed. It stays here: only its SHA-256 is kept."),
    ],
    scope: Annotated[
        list[Scope],
        typer.Option(case_sensitive=False, help="What they agreed to, word by word as it was signed; again for more."),
    ],
    scene: Annotated[
        list[str] | None, typer.Option(help="Only in this scene; again for more. Without it: the whole production.")
    ] = None,
    adult: Annotated[bool, typer.Option("--adult", help="The person is of age and signed for themselves.")] = False,
    guardian: Annotated[str | None, typer.Option(help="The person is a minor: who signed for them.")] = None,
    as_json: Json = False,
) -> None:
    """Put on record that somebody agreed to be found, with pictures of them to be found by.

    The pictures are made smaller here and lose what the camera wrote into them (place, date, serial number). From each
    a model keeps 128 numbers that tell this face from others; two to five pictures, as on set, find more than one.
    """
    if adult == bool(guardian):
        fail("Say either --adult, or who signed for a minor: --guardian NAME.", 2)
    if len(reference) > MAX_PICTURES:
        fail(f"A character has up to {MAX_PICTURES} reference pictures; {len(reference)} were given.", 2)
    try:
        pictures = [make_portrait(path) for path in reference]
    except ValueError as wrong:
        fail(str(wrong), 2)
    document = consent.read_bytes()
    if not document or any(document == path.read_bytes() for path in reference):
        fail(f"{visible(consent.name)} is not what was signed: it is empty, or one of the pictures.", 2)
    agreed = {
        "person": played_by,
        "scopes": scope,
        "scenes": scene or [],
        "expires": expires.date().isoformat(),
        "document_sha256": hashlib.sha256(document).hexdigest(),
        "minor": guardian is not None,
        "guardian": guardian,
    }
    references = [base64.b64encode(picture).decode() for picture in pictures]
    body = {"name": name, "consent": agreed, "references": references}
    where = deployment(context)
    told = Person(where, person).post(f"productions/{production}/characters", body)
    if as_json:
        print_json(told)
        return
    signed = agreed["document_sha256"]
    also = [
        each.name
        for each, _ in Registry(where.catalogue()).all(production)
        if each.consent.document_sha256 == signed and each.id != told["character"]["id"] and each.withdrawn_at is None
    ]
    names = namesakes(where, production, name)
    called = told["character"]["id"][:8] if len(names) > 1 else visible(name)
    if len(names) > 1:
        console.print(
            f"Another character is called {visible(name)}. Where somebody is named, give the id: {what_differs(names)}"
        )
    if production not in where.reading().productions():
        console.print(f"There is no footage of {visible(production)} yet. Is that the production's code name?")
    if also:
        console.print(
            f"{', '.join(map(visible, also))} stands on the same paper: whoever withdraws it withdraws it for all."
        )
    console.print(
        f"{visible(name)} is on record, played by {visible(played_by)}; {counted(len(pictures), 'picture')} of them "
        f"will be described. Keep {visible(consent.name)} where it is: only its SHA-256 went up.\n"
        f"Next, say in which clips they may be seen: circletake character cast {called!r} --production "
        f"{production} --day … --roll … --as {person}"
    )


@app.command("list")
def show(context: typer.Context, production: Production, as_json: Json = False) -> None:
    """Who is on record, what they agreed to, and what was erased of those who took it back."""
    where = deployment(context)
    registry = Registry(where.catalogue())
    known = [
        (character, erased, registry.references(production, character.id))
        for character, erased in registry.all(production)
    ]
    if not known:
        require_production(where, production)
    if as_json:
        print_json({"characters": [_tell(*each) for each in known]})
        return
    if not known:
        console.print(
            f"Nobody of {production} has agreed to be looked for. Add somebody: circletake character add --help"
        )
        return
    table = Table(box=None, header_style="dim")
    for heading in ("Character", "Played by", "Agreed to", "Pictures", "Stands"):
        table.add_column(heading, overflow="fold")
    for character, erased, references in known:
        agreed = character.consent
        what = [
            ", ".join(scope.lower() for scope in agreed.scopes),
            f"scenes {', '.join(agreed.scenes)}" if agreed.scenes else "every scene",
            f"until {agreed.expires}",
            f"signed by {agreed.guardian}" if agreed.guardian else "",
        ]
        cells = (
            [character.name, character.id[:8], on_record(character)],
            [agreed.person],
            what,
            [_words(reference) for reference in references],
            [_stands(registry, character, erased, references)],
        )
        table.add_row(*("\n".join(visible(line) for line in cell if line) for cell in cells))
    console.print(table)


@app.command()
def cast(
    context: typer.Context,
    production: Production,
    person: As,
    day: Annotated[str, typer.Option(help="The shooting day.")],
    roll: Annotated[str, typer.Option(help="The roll.")],
    names: Annotated[list[str] | None, typer.Argument(help="Every character that may be seen there.")] = None,
    clip: Annotated[
        list[str] | None, typer.Option(help="Only in this clip; again for more. Else all of the roll.")
    ] = None,
    nobody: Annotated[bool, typer.Option("--nobody", help="No character may be seen there.")] = False,
    unit: Annotated[str, typer.Option(help="The unit: main, 2u, …")] = "main",
    as_json: Json = False,
) -> None:
    """Say which characters may be seen in clips: only there, and only for them, are faces compared.

    It replaces what was said of these clips before, so name everybody.
    """
    if bool(names) == nobody:
        fail("Name every character that may be seen in these clips, or say --nobody.", 2)
    where, ref = deployment(context), roll_ref(production, unit, day, roll)
    characters = [find_character(where, production, name) for name in names or ()]
    rows = where.reading().clips(ref)
    if not rows:
        fail(f"Nothing of roll {roll} of {day} has been received.")
    called = [(row, names_of(row["title"], row["sk"].split("#")[1])) for row in rows]
    if missing := set(clip or ()) - {name for _, names in called for name in names}:
        there = ", ".join(visible(row["title"]) for row in rows)
        fail(f"Roll {roll} of {day} has no clip {', '.join(map(visible, sorted(missing)))}. There is: {there}.")
    chosen = [row for row, names in called if not clip or set(names) & set(clip)]
    refs = [dict(zip(("clip_id", "version"), row["sk"].split("#")[1:], strict=True)) for row in chosen]
    at = f"productions/{production}/units/{unit}/days/{day}/rolls/{roll}/cast"
    who = Person(where, person)
    # The API takes so many clips at once.
    told = [
        who.post(at, {"clips": refs[first : first + _AT_ONCE], "characters": [each.id for each in characters]})["clips"]
        for first in range(0, len(refs), _AT_ONCE)
    ]
    if as_json:
        print_json({"clips": sum(told)})
        return
    seen = ", ".join(told_apart(where, production, each) for each in characters) or "No character"
    console.print(f"{seen} may be seen in {counted(sum(told), 'clip')} of {visible(roll)}. Nobody else is looked for.")


_AT_ONCE = 200


@app.command()
def withdraw(
    context: typer.Context,
    name: Named,
    production: Production,
    person: As,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Somebody takes their consent back: at once nobody is told where they were seen, and it is all deleted.

    Pictures, what describes the face, and every appearance go; that they agreed, and took it back, stays on record.
    What is taken back is the signed document: every character that stands on it goes. Whoever is on the production may
    say so. It cannot be undone: to be found again, they sign anew.
    """
    where = deployment(context)
    character = find_character(where, production, name)
    signed = character.consent.document_sha256
    gone = [
        each
        for each, _ in Registry(where.catalogue()).all(production)
        if each.consent.document_sha256 == signed and each.withdrawn_at is None
    ]
    if not gone:
        fail(f"The consent of {visible(character.consent.person)} was withdrawn already, {character.withdrawn_at}.")
    names = ", ".join(f"{visible(each.name)} ({visible(each.consent.person)})" for each in gone)
    if not yes:
        if as_json:
            fail(f"On this document: {names}. To have all of them erased without being asked, add --yes.", 2)
        typer.confirm(f"On this document: {names}. All of them will be erased. Go on?", abort=True)
    Person(where, person).post(f"productions/{production}/characters/{character.id}/withdraw", {})
    if as_json:
        registry = Registry(where.catalogue())
        print_json({"withdrawn": [registry.get(production, each.id).model_dump(mode="json") for each in gone]})
        return
    console.print(
        f"{visible(character.consent.person)} has withdrawn: {names}. What was kept of them is being deleted; see "
        f"`circletake character list --production {production}` for when a search found nothing any more.\n"
        "Backups of the table forget it 35 days later."
    )


def _stands(registry: Registry, character: Character, erased: Erasure | None, pictures: list[Reference]) -> str:
    if erased is not None:
        return (
            f"erased {erased.at[:10]}: {counted(erased.references, 'picture')}, {counted(erased.appearances, 'clip')}"
        )
    states = {each.state for each in pictures}
    if (why := why_not_kept(character, registry.today())) is not None or ReferenceState.ENROLLED in states:
        return why or "may be looked for"
    return "may be looked for once a picture is described" if ReferenceState.ORDERED in states else "no picture is good"


def _words(reference: Reference) -> str:
    states = {ReferenceState.ORDERED: "being described", ReferenceState.ENROLLED: "good"}
    return f"{reference.number}: {states.get(reference.state) or reference.why or 'refused'}"


def _tell(character: Character, erased: Erasure | None, references: list[Reference]) -> dict[str, Any]:
    return {
        **character.model_dump(mode="json"),
        "erased": erased.model_dump(mode="json") if erased else None,
        "references": [reference.model_dump(mode="json") for reference in references],
    }
