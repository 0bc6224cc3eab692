"""`python -m models.tooling`."""

from models.tooling.cli import main

main()
