"""How far an offload is, for whoever watches."""

from collections.abc import Mapping


class Meter:
    """Is told of every byte on its way. This one keeps still; a screen overrides what it shows. Called from threads."""

    def phase(self, name: str, files: int, size_bytes: int, on_volumes: Mapping[str, int]) -> None:
        """`copying` or `reading back` begins: so many files and bytes, and how many of these on each volume."""

    def read(self, size_bytes: int) -> None:
        """So much was read from the card."""

    def written(self, volume: str, size_bytes: int) -> None:
        """So much is on a volume now, or was there already."""

    def read_back(self, volume: str, size_bytes: int) -> None:
        """So much was read back from a volume."""
