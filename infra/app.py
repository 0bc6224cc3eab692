"""The repository → the synthesised stack. Prints the template's path. Needs no network and no account."""

import argparse
import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path

import cdk_nag
from aws_cdk import App, Validations

from infra.assets import BUILD, PAGE, ROOT, AssetError, assemble
from infra.stack import Circletake

_ADDRESS = re.compile(r"[^@\s,]+@[^@\s,]+\.[^@\s,]+")


class ContextError(Exception):
    """A value of the CDK context is missing or makes no sense. The message says which."""


def synthesise(into: Path, *, page: Path = PAGE, build: Path = BUILD, context: Mapping[str, str] | None = None) -> Path:
    """Built page and context → the template's path in the assembly `into`.

    Raises `AssetError`, `ContextError`; and what cdk-nag finds stops the synthesis.
    """
    defaults = json.loads((ROOT / "cdk.json").read_text())["context"]
    app = App(
        outdir=str(into),
        context={**defaults, **(context or {})},
        analytics_reporting=False,
        tree_metadata=False,
    )
    stack = Circletake(
        app,
        assets=assemble(page, build),
        digest_from=_addresses(app, "digest_from", exactly_one=True)[0],
        producers=_addresses(app, "producers"),
    )
    Validations.of(app).add_plugins(cdk_nag.AwsSolutionsChecks(app))
    app.synth()
    return into / stack.template_file


def _addresses(app: App, key: str, *, exactly_one: bool = False) -> list[str]:
    """The comma-separated e-mail addresses under `key` of the context."""
    value = app.node.try_get_context(key)
    addresses = [address.strip() for address in str(value or "").split(",") if address.strip()]
    wrong = [address for address in addresses if not _ADDRESS.fullmatch(address)]
    if wrong or not addresses or (exactly_one and len(addresses) > 1):
        wanted = "one e-mail address" if exactly_one else "e-mail addresses, separated by commas"
        raise ContextError(f"The context's `{key}` must be {wanted}; it is {value!r}.")
    return addresses


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m infra.app", description=__doc__)
    parser.add_argument("--out", type=Path, default=BUILD / "cdk.out", help="the folder of the assembly")
    parser.add_argument("--page", type=Path, default=PAGE, help="the built review page")
    parser.add_argument(
        "-c", "--context", action="append", default=[], metavar="KEY=VALUE", help="digest_from, producers"
    )
    asked = parser.parse_args()
    try:
        context = dict(pair.split("=", 1) for pair in asked.context)
        print(synthesise(asked.out, page=asked.page, context=context))
    except (AssetError, ContextError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
