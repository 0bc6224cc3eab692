"""Kinds, all when none is named → the capabilities, their versions, weights and licences, as JSON on standard output.

Run by the model server's own Python, since only that can import the capabilities. So nothing of the tooling and nothing
of the SDK is imported here.
"""

import json
import sys
from importlib import metadata
from typing import Any


def contents(kinds: list[str]) -> dict[str, Any]:
    """→ what `Packed` and `WeightsFile` need. Every file of weights is read, and must have its hash."""
    from models.analyse import capability, listed
    from models.versions import versions

    if unknown := set(kinds) - set(listed()):
        raise LookupError(f"there is no capability for {', '.join(sorted(unknown))}")
    answering = versions()
    distributions = metadata.packages_distributions()
    capabilities, weights = [], {}
    for kind in (kind for kind in listed() if kind in kinds or not kinds):
        model = capability(kind)
        for each in model.weights:
            path = each.path()
            weights[each.package, each.file] = {
                "package": each.package,
                "file": each.file,
                "sha256": each.sha256,
                "size_bytes": path.stat().st_size,
                "source": str(path),
                **_distribution(each.package, distributions),
            }
        capabilities.append(
            {
                "kind": kind,
                "model": answering[kind].model_dump(),
                "code": model.code,
                "weights": [each.sha256 for each in model.weights],
            }
        )
    return {"capabilities": capabilities, "weights": [weights[key] for key in sorted(weights)]}


def _distribution(package: str, distributions: Any) -> dict[str, str]:
    """An import name → the distribution that ships it. LookupError when not one, or without a licence."""
    names = set(distributions.get(package, ()))
    if len(names) != 1:
        raise LookupError(
            f"{package} comes from {sorted(names) or 'no distribution'}: one is needed, to name a licence"
        )
    about = metadata.metadata(names.pop())
    licence = _licence(about)
    if licence is None:
        raise LookupError(f"{about['Name']} {about['Version']} states no licence in its metadata")
    return {"distribution": about["Name"], "distribution_version": about["Version"], "licence": licence}


def _licence(about: Any) -> str | None:
    """A distribution's metadata → its licence in a line: the expression (PEP 639), the field, or the classifiers."""
    stated = about["License-Expression"] or (about["License"] or "").strip().split("\n")[0]
    classifiers = [each.split(" :: ")[-1] for each in about.get_all("Classifier") or () if each.startswith("License")]
    return stated or ", ".join(classifiers) or None


if __name__ == "__main__":
    json.dump(contents(sys.argv[1:]), sys.stdout)
