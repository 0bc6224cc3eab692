"""The GPU endpoints' side: a model server, and one file a capability. Of ours it imports contracts and film."""
