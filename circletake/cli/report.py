"""`circletake report`: a roll's camera report as a PDF to print and a CSV to count with, and a day's report."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Annotated

import typer
from botocore.exceptions import ClientError
from rich.text import Text

from circletake.cli.card import Day, Production, Roll, Unit, roll_ref
from circletake.cli.card_view import light_text
from circletake.cli.report_day import day as report_day
from circletake.cli.shared import Json, console, counted, deployment, fail, make_folder, print_json
from circletake.cloud.deployment import Deployment
from circletake.cloud.reading import Told

app = typer.Typer(no_args_is_help=True, help="Reports to print, to send, and to count with.")

app.command("day")(report_day)
_PICTURES_AT_ONCE = 8
#: A poster is a small JPEG; what is larger is none of ours.
_MAX_PICTURE_BYTES = 4 * 1024 * 1024


@app.callback()
def report() -> None:
    """Reports to print, to send, and to count with."""


@app.command()
def roll(
    context: typer.Context,
    roll: Roll,
    production: Production,
    day: Day,
    unit: Unit = "main",
    into: Annotated[Path, typer.Option(help="The folder to write them to.")] = Path(),
    as_json: Json = False,
) -> None:
    """The camera report of a roll: a PDF with a picture of each clip, and a CSV.

    Both lie in the folder afterwards, named after production, unit, day and roll; older ones of that name are replaced.
    The folder is made where there is none.
    """
    ref = roll_ref(production, unit, day, roll)
    where = deployment(context)
    told = where.reading().report(ref)
    if not told["rows"] and not told["header"]["card"]["cards"]:
        fail(f"Nothing of roll {ref.roll} of {ref.day} has been received.")
    make_folder(into)
    # Only here: to load them takes longer than any other command takes to start.
    from circletake.cli.report_paper import Made
    from circletake.cli.report_pdf import write_pdf

    stem = f"{ref.production}_{ref.unit}_{ref.day}_{ref.roll}_camera-report"
    pdf, csv = into / f"{stem}.pdf", into / f"{stem}.csv"
    pdf.write_bytes(write_pdf(told, fetch_posters(where, ref.production, told["rows"]), Made.now()))
    csv.write_bytes(told["csv"].encode())
    if as_json:
        print_json({"pdf": str(pdf), "csv": str(csv), "header": told["header"], "rows": told["rows"]})
        return
    console.print(light_text(told["header"]["card"]["status"]), Text(counted(len(told["rows"]), "clip")))
    for path in (pdf, csv):
        console.print(Text(f"  {path}"))


def fetch_posters(where: Deployment, production: str, rows: Iterable[Told]) -> dict[str, bytes]:
    """A report's rows → the pictures that are there, by the names that the rows have for them."""
    names = {row["poster"] for row in rows if row["poster"]}
    client, bucket = where.client("s3"), where.outputs["ReviewBucket"]

    def fetch(name: str) -> tuple[str, bytes | None]:
        try:
            return name, client.get_object(Bucket=bucket, Key=f"{production}/{name}")["Body"].read(_MAX_PICTURE_BYTES)
        except ClientError as error:
            if error.response["Error"]["Code"] != "NoSuchKey":
                raise
            return name, None  # its frame stays empty, and says so

    with ThreadPoolExecutor(_PICTURES_AT_ONCE) as fetchers:
        return {name: picture for name, picture in fetchers.map(fetch, sorted(names)) if picture is not None}
