"""The GPU endpoints' side: a model server, and one file a capability. Of ours it imports contracts and film."""

import os

# From 1.29 on, onnxruntime for Linux sends its maker the names and hashes of models unless this is set before it loads
# (microsoft/onnxruntime pull request 27379). Nothing about footage leaves for anybody.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
