"""`circletake analyse`: have models look at clips that they have not looked at."""

from typing import Annotated

import typer

from circletake.cli.card import roll_ref
from circletake.cli.people import As, Person
from circletake.cli.shared import Json, console, deployment, fail, print_json, require_production


def analyse(
    context: typer.Context,
    what: Annotated[str, typer.Argument(metavar="PRODUCTION[/UNIT/DAY/ROLL]", help="All of a production, or a roll.")],
    person: As,
    failed: Annotated[
        bool, typer.Option("--failed", help="Also ask once more what was left out or needs attention.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Decide again what models are to look at: after a recipe has changed, a budget was raised, or a model was mended.

    What was answered by the same model is not asked, and not paid for, a second time.
    """
    production, *labels = what.strip("/").split("/")
    if labels and len(labels) != 3:
        fail(
            f"{what!r} is neither a production nor a roll. A roll is PRODUCTION/UNIT/DAY/ROLL: bikes/main/D014/A001.", 2
        )
    roll = roll_ref(production, *labels).model_dump(exclude={"production"}) if labels else None
    where = deployment(context)
    require_production(where, production)
    told = Person(where, person).post(f"productions/{production}/analyse", {"roll": roll, "failed": failed})
    if as_json:
        print_json(told)
        return
    again = "; what failed is asked once more" if failed else ""
    console.print(
        f"What {what} needs is decided again{again}. Follow it on the page, or clip by clip: circletake why CLIP"
    )
