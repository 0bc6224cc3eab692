"""The demo."""

import typer

app = typer.Typer()
