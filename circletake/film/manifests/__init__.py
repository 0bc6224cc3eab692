"""Manifests: what a camera department says of a card's files. ASC MHL v2 with its chain, and legacy MHL.

model       what a manifest says, once read
xml         somebody else's XML → elements with their lines
reading     a manifest or chain → what it says, or the line at fault
histories   all of a card's manifests, together with their chains
expecting   histories → what each file must be
ignoring    what a manifest leaves out
writing     a further generation, and the chain that knows it
directories the digests of folders, as ASC MHL makes them
"""

from circletake.film.manifests.expecting import expected
from circletake.film.manifests.histories import CHAIN, FOLDER, assemble, is_ignored
from circletake.film.manifests.ignoring import DEFAULT_IGNORES
from circletake.film.manifests.model import ChainLink, Entry, Expected, Finding, Generation, History, Reference
from circletake.film.manifests.paths import path_fault
from circletake.film.manifests.reading import number_of, read_chain, read_manifest
from circletake.film.manifests.writing import Derived, generation_name, link_to, write_chain, write_generation

__all__ = [
    "CHAIN",
    "DEFAULT_IGNORES",
    "FOLDER",
    "ChainLink",
    "Derived",
    "Entry",
    "Expected",
    "Finding",
    "Generation",
    "History",
    "Reference",
    "assemble",
    "expected",
    "generation_name",
    "is_ignored",
    "link_to",
    "number_of",
    "path_fault",
    "read_chain",
    "read_manifest",
    "write_chain",
    "write_generation",
]
