"""The demo: an invented person with three accounts, for visitors who want to look around."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from ..store.database import now
from .load import DemoError, load_demo

__all__ = ["demo_command", "load_demo"]


@click.command("demo")
@with_appcontext
def demo_command() -> None:
    """Loads the demo; does nothing if it is there and younger than 30 days."""
    try:
        load_demo(now())
    except DemoError as error:
        raise click.ClickException(str(error)) from error
    click.echo("The demo is loaded: its button is on the landing page.")
