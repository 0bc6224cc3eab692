"""The repository → the synthesised stack. Prints the template's path. Needs no network and no account."""

import argparse
import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path

import cdk_nag
from aws_cdk import App, Validations
from pydantic import ValidationError

from circletake.contracts.promotion import Promotion
from circletake.film.decoders import read_decoders
from infra.assets import BUILD, PAGE, ROOT, AssetError, assemble
from infra.stack import Circletake

_ADDRESS = re.compile(r"[^@\s,]+@[^@\s,]+\.[^@\s,]+")
# Not a family of Graviton, c7g or m6gd: the image is built for x86-64.
_INSTANCE = re.compile(r"ml\.[a-z]+\d+(?!g)[a-z0-9-]*\.[a-z0-9]+")


class ContextError(Exception):
    """A value of the CDK context is missing or makes no sense. The message says which."""


def synthesise(
    into: Path, *, page: Path = PAGE, code: Path = BUILD / "code", context: Mapping[str, str] | None = None
) -> Path:
    """Built page and context → the template's path in the assembly `into`; `code` is built on the way.

    Raises `AssetError`, `ContextError`; and what cdk-nag finds stops the synthesis.
    """
    defaults = json.loads((ROOT / "cdk.json").read_text())["context"]
    app = App(
        outdir=str(into),
        context={**defaults, **(context or {})},
        analytics_reporting=False,
        tree_metadata=False,
    )
    asked = app.node.try_get_context
    stack = Circletake(
        app,
        assets=assemble(page, code),
        digest_from=addresses("digest_from", asked("digest_from"), at_most=1)[0],
        producers=addresses("producers", asked("producers"), at_most=50),  # SES takes no more in one message
        vendor_decoders=decoders(asked("vendor_decoders")),
        vendor_layer=asked("vendor_layer") or None,
        analyse=instance(asked("analyse")),
        analyse_model=promotion(asked("analyse_model")),
        usd_per_hour=float(asked("analyse_usd_per_hour")),
    )
    Validations.of(app).add_plugins(cdk_nag.AwsSolutionsChecks(app))
    app.synth()
    return into / stack.template_file


def addresses(key: str, value: object, *, at_most: int) -> list[str]:
    """A value of the context → its e-mail addresses, written with commas between. Raises `ContextError`."""
    found = [address.strip() for address in str(value or "").split(",")]
    if len(found) > at_most or not all(_ADDRESS.fullmatch(address) for address in found):
        wanted = "one e-mail address" if at_most == 1 else f"up to {at_most} e-mail addresses, with commas between"
        raise ContextError(f"The context's `{key}` must be {wanted}; it is {value!r}.")
    return found


def decoders(value: object) -> str:
    """A value of the context → the setting that names the customer's decoders of RAW. Raises `ContextError`."""
    setting = value if isinstance(value, str) else json.dumps(value)
    try:
        read_decoders(setting)
    except ValueError as error:
        raise ContextError(f"The context's `vendor_decoders` makes no sense: {error}.") from error
    return setting


def instance(value: object) -> str | None:
    """A value of the context → the instance that the models run on, None where they are off. Raises `ContextError`."""
    if value in (None, ""):
        return None
    if not isinstance(value, str) or not _INSTANCE.fullmatch(value):
        raise ContextError(f"The context's `analyse` must be an instance such as ml.g5.xlarge; it is {value!r}.")
    return value


def promotion(value: object) -> Promotion | None:
    """A value of the context → the models that were promoted, None where they are this checkout's own."""
    if value in (None, "", {}):
        return None
    try:
        return Promotion.model_validate_json(value if isinstance(value, str) else json.dumps(value))
    except ValidationError as error:
        raise ContextError(
            "The context's `analyse_model` must be what `python -m models.tooling promote` printed: "
            f"{error.errors(include_url=False)[0]['msg']}."
        ) from error


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m infra.app", description=__doc__)
    parser.add_argument("--out", type=Path, default=BUILD / "cdk.out", help="the folder of the assembly")
    parser.add_argument("--page", type=Path, default=PAGE, help="the built review page")
    parser.add_argument(
        "-c",
        "--context",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="digest_from, producers, vendor_decoders, vendor_layer, analyse, analyse_model",
    )
    asked = parser.parse_args()
    try:
        context = dict(pair.split("=", 1) for pair in asked.context)
        print(synthesise(asked.out, page=asked.page, context=context))
    except (AssetError, ContextError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
