"""The command line: package, register, compare, promote, list."""

import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import boto3
import typer
from botocore.exceptions import BotoCoreError, ClientError
from rich.text import Text

from models.tooling import screen
from models.tooling.artefact import NAME, gather, write
from models.tooling.comparing import Comparison, Verdict, compare
from models.tooling.deploying import CONTEXT, promotion, running
from models.tooling.promoting import case_against, decide
from models.tooling.refusal import Refused
from models.tooling.registering import prepare
from models.tooling.registry import KINDS, MATERIAL, Registry, Version
from models.tooling.scores import Scores, read_scores
from models.tooling.store import Store

ROOT = Path(__file__).parents[2]
app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    add_completion=False,
    help="Models on their way to the GPU endpoint: **package**, **register**, **compare**, **promote**.\n\n"
    "`package` makes one artefact of code and weights and puts it into your bucket. `register` writes it down as a "
    "version, with its scores, waiting for approval. `compare` shows what is better and what is worse. `promote` "
    "approves it in a person's name, and says what deploys it. Every command takes AWS credentials and the region "
    "from the environment, as all of AWS's tools do.",
)

Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines instead of text for people.")]
Group = Annotated[
    str, typer.Option(envvar="CIRCLETAKE_MODELS", help="The model package group: one for each set of capabilities.")
]
Checkout = Annotated[Path, typer.Option(help="The checkout of Circletake to work on.", file_okay=False, exists=True)]
GROUP = "circletake-analyse"


@app.command()
def package(
    bucket: Annotated[str | None, typer.Option(help="Your bucket for models. Without it nothing is uploaded.")] = None,
    kms_key: Annotated[str | None, typer.Option(help="The key of KMS that encrypts it there: its ARN.")] = None,
    out: Annotated[Path, typer.Option(help="Where the artefact is written on this machine.")] = Path("build") / NAME,
    kinds: Annotated[str, typer.Option(help="Only these capabilities, such as FACES,SLATE.")] = "",
    python: Annotated[Path | None, typer.Option(help="The Python that has the model server's packages.")] = None,
    checkout: Checkout = ROOT,
    as_json: Json = False,
) -> None:
    """Pack the model server's code and every file of weights into one artefact; upload it, encrypted.

    The same code and weights always give the same bytes, so the artefact is named by its SHA-256, and what is in the
    bucket already is not sent again. Its first member, `manifest.json`, lists every file, version, hash and licence.
    """
    if (bucket is None) != (kms_key is None):
        raise typer.BadParameter("--bucket and --kms-key go together: nothing is uploaded that is not encrypted.")
    asked = [kind.strip() for kind in kinds.split(",") if kind.strip()]
    with screen.errors.status("Proving the weights"):
        contents = gather(checkout, python or checkout / ".venv" / "bin" / "python", asked)
    with screen.bar("Packing", contents.size_bytes) as packed:
        made = write(contents, checkout, out, packed)
    kept = None
    if bucket and kms_key:
        with made.path.open("rb") as file, screen.bar("Uploading", made.size_bytes) as sent:
            kept = Store(boto3.client("s3")).keep(bucket, NAME, file, kms_key, sent)
    if as_json:
        told = made.manifest.model_dump(mode="json")
        screen.print_json({"sha256": made.sha256, "file": f"{out}", "uri": kept.uri if kept else None, **told})
        return
    models = ", ".join(f"{each.kind} {each.model.name} {each.model.version}" for each in made.manifest.capabilities)
    screen.say(
        f"{out} holds {models}: {len(made.manifest.code)} files of code, {len(made.manifest.weights)} of weights."
    )
    screen.say(f"SHA-256 {made.sha256}, {made.size_bytes / 1e6:.1f} MB")
    screen.say(f"It is at {kept.uri}" if kept else "Nothing was uploaded: say --bucket and --kms-key for that.")


@app.command()
def register(
    artefact: Annotated[str, typer.Argument(help="Where `package` put it: s3://…/model.tar.gz")],
    image: Annotated[str, typer.Option(help="The model server's image in ECR, by digest: …@sha256:…")],
    scores: Annotated[
        Path, typer.Option(help='What `make bench-models ARGS="--json models.json"` wrote.', exists=True)
    ],
    group: Group = GROUP,
    checkout: Checkout = ROOT,
    as_json: Json = False,
) -> None:
    """Write an artefact down as a version in the Model Registry, waiting for a person's approval.

    Its code has to be what the checkout's commit holds, so that anybody can find it again. The scores lie beside the
    artefact under their own hash; the same artefact, image, scores and commit are the same version.
    """
    session = boto3.Session()
    asked = prepare(Store(session.client("s3")), checkout, artefact, image, scores)
    version, new = Registry(session, group).register(asked.registration)
    missed = [row.name for row in asked.scores.missed]
    if as_json:
        screen.print_json({**_told(version), "new": new, "missed": missed})
        return
    screen.say(
        f"{group} version {version.number} {'waits for approval' if new else 'was there already'}: {version.arn}"
    )
    if missed:
        screen.say(f"It misses {len(missed)} of its limits, so it cannot be promoted: {', '.join(missed)}.", "yellow")


@app.command("compare")
def compare_two(
    old: Annotated[str, typer.Argument(help="A version's number, `in-force`, or a file of scores.")],
    new: Annotated[str, typer.Argument(help="The same, to be held against it.")],
    group: Group = GROUP,
    common: Annotated[
        bool, typer.Option("--common", help="Leave out, and tell, what was counted differently.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show where NEW is better than OLD, where it is worse, and where so few things cannot tell.

    Each difference stands with its 95 % interval (Newcombe 1998). It takes the two counts for independent, so on the
    same material it is rather too wide. A score outside 0 … 1 has no interval: there every step the wrong way counts.

    Exit code 0: nowhere worse · 1: worse somewhere · 2: the command was wrong · 3: not counted over the same things.
    """
    comparison = compare(_scores(old, group), _scores(new, group), common_only=common)
    if as_json:
        screen.print_json(_compared(comparison))
    else:
        screen.show_comparison(comparison, _called(old), _called(new))
    raise typer.Exit(bool(comparison.those(Verdict.WORSE)))


@app.command()
def promote(
    number: Annotated[int, typer.Argument(help="The version's number, as `list` shows it.")],
    person: Annotated[str, typer.Option("--as", help="Who approves it: a person's name.")],
    because: Annotated[str, typer.Option(help="Why: a sentence that the registry keeps.")],
    despite: Annotated[str | None, typer.Option(help="Why it is put in force though it may be worse.")] = None,
    endpoint: Annotated[str | None, typer.Option(help="Also show what this endpoint runs now.")] = None,
    group: Group = GROUP,
    as_json: Json = False,
) -> None:
    """Approve a version in a person's name, and print what puts it on the endpoint.

    Its scores must meet their limits; nothing overrules that. They must not be worse than those of the version in
    force, beyond the interval; --despite overrules that, and is kept. Nothing is deployed here.

    Older versions stay approved. To go back to one, promote it again: the one approved last is in force.
    """
    session = boto3.Session()
    registry, store = Registry(session, group), Store(session.client("s3"))
    version, in_force = registry.version(number), registry.in_force()
    if in_force and in_force.number == number:
        raise Refused(f"Version {number} is in force already.")
    told = promotion(version, store.find(version.artefact)).model_dump(mode="json")
    case = case_against(
        _registered(store, version),
        _registered(store, in_force) if in_force else None,
        version.properties[KINDS].split(),
    )
    said = decide(case, person, because, despite)
    before = running(session, endpoint) if endpoint else None
    now = datetime.now(UTC).isoformat(timespec="microseconds")
    if in_force and now <= (in_force.approved_at or ""):
        raise Refused(f"By this machine's clock version {in_force.number} is approved in the future. Set the clock.")
    version = registry.approve(version, said, now)
    if as_json:
        beside = {"before": in_force.number if in_force else None, "doubts": case.doubts, "context": {CONTEXT: told}}
        screen.print_json({**_told(version), **beside, "running": vars(before) if before else None})
        return
    if case.comparison and in_force:
        screen.show_comparison(case.comparison, str(in_force.number), str(number))
    screen.say(f"{group} version {number} is in force: {said}", "green")
    if in_force:
        screen.say(f"Version {in_force.number} stays approved: promote it again to go back.")
    if before:
        screen.say(f"{endpoint} runs {before.artefact or 'the weights in its image'} in {before.image} until then.")
    screen.say("Nothing is deployed yet. Put this into the context of cdk.json, commit it, and run make deploy:")
    screen.say(f'"{CONTEXT}": {json.dumps(told, indent=2)}')


@app.command("list")
def show(group: Group = GROUP, as_json: Json = False) -> None:
    """Show the versions of a group: which one is in force, which can be gone back to, and who said so."""
    registry = Registry(boto3.Session(), group)
    versions, in_force = registry.versions(), registry.in_force()
    if as_json:
        screen.print_json(
            {"in_force": in_force.number if in_force else None, "versions": [_told(version) for version in versions]}
        )
        return
    if not versions:
        screen.say(f"{group} has no version yet: `package` and `register` make the first.")
        return
    screen.show_versions(versions, in_force.number if in_force else None)


def _scores(named: str, group: str) -> Scores:
    """A number, `in-force` or a file → scores."""
    if named != "in-force" and not named.isdecimal():
        file = Path(named)
        if not file.is_file():
            raise Refused(f"{named} is no version's number, not `in-force`, and no file of scores.")
        return read_scores(file.read_bytes(), None, named)
    session = boto3.Session()
    registry = Registry(session, group)
    version = registry.in_force() if named == "in-force" else registry.version(int(named))
    if version is None:
        raise Refused(f"No version of {group} was approved yet, so none is in force.")
    return _registered(Store(session.client("s3")), version)


def _registered(store: Store, version: Version) -> Scores:
    body = store.read(version.scores, version.scores_sha256)
    return read_scores(body, version.properties.get(MATERIAL), f"version {version.number}")


def _called(named: str) -> str:
    return Path(named).stem if not named.isdecimal() else f"version {named}"


def _told(version: Version) -> dict[str, Any]:
    return {**vars(version), "approved_at": version.approved_at}


def _compared(comparison: Comparison) -> dict[str, Any]:
    return {
        "differences": [
            {
                "name": each.new.name,
                "old": each.old.value,
                "new": each.new.value,
                "n": each.new.n,
                "low": each.low,
                "high": each.high,
                "verdict": each.verdict,
                "kept": each.new.kept,
            }
            for each in comparison.differences
        ],
        "left_out": [{"name": each.name, "why": each.why} for each in comparison.left_out],
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Arguments → the command. What is refused ends with a sentence and an exit code, not with a trace."""
    try:
        app(arguments)
    except (Refused, ClientError, BotoCoreError) as why:
        screen.errors.print(Text(f"{why}", style="red"), soft_wrap=True)
        sys.exit(why.code if isinstance(why, Refused) else 1)
