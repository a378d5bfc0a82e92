"""`flask` commands: what an operator or a researcher does without a browser."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from tqdm import tqdm

from .dashboard.components.import_card import KEPT_OUT, UNREADABLE, result_of
from .dashboard.components.numbers import plural
from .demo import demo_command
from .fake_services import fake_services_command
from .imports import delete_rows_of_nobody, run_waiting
from .imports.jobs import run
from .imports.receive import receive
from .imports.schedule import queue_due
from .mail import send_due
from .services import SERVICES, service_of
from .services.errors import ServiceError
from .store import accounts, connections, imports, second_factors, usage, users
from .store.rows import ImportReport
from .users import passwords, rules

user_commands = AppGroup("user", help="Users of this server.")

PAUSE = 0.5  # seconds between looks at what another process does


def register(app: Flask) -> None:
    """Adds the commands to `flask`."""
    for command in (
        import_command,
        resume_command,
        refresh_command,
        analyse_command,
        demo_command,
        fake_services_command,
        rotate_keys_command,
        usage_command,
        user_commands,
    ):
        app.cli.add_command(command)


@click.command("import")
@click.argument("export", type=click.Choice([key for key, service in SERVICES.items() if service.upload]))
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--user", "name", required=True, help="Name of the user whose account it is.")
@click.option("--handle", help="The account's handle; in CSV files also the account's own id in the ties.")
@click.option("--service", help="CSV only: the service that the data is of; default: csv.")
@click.option("--mutual", is_flag=True, help="CSV only: a row of the ties stands for both directions.")
@click.option("--columns", help='CSV only: {"a.csv": {"kind": "posts", "columns": {"created_at": "day"}}}.')
@click.option("--time-zone", help="CSV and LinkedIn: where times without a zone were written down; default: UTC.")
@click.option(
    "--day-first", type=click.Choice(["1", "0"]), help="CSV only: whether 3/5/2024 is in May (1) or in March (0)."
)
@click.option("--decimal", type=click.Choice([".", ","]), help="CSV only: the decimal mark, where 1.000 may be 1.")
@click.option("--author", help="CSV only: whose posts are the account's, where a file holds those of several.")
@click.option(
    "--list",
    type=click.Choice(["followers", "friends"]),
    help="Mastodon and CSV: which list a file is that does not say so.",
)
@click.option("--keep-posts", is_flag=True, help="Keep posts that a newer export no longer holds.")
@click.option("--as-of", help="The day on which the data was made, such as 2026-11-20, where the data does not tell.")
@with_appcontext
def import_command(export: str, paths: tuple[Path, ...], name: str, **options: str | bool | None) -> None:
    """Imports a data export, or CSV files, as an upload in the browser does."""
    owner = the_user(name)
    given = {key: "1" if value is True else value for key, value in options.items() if value}
    try:
        with ExitStack() as stack:
            files = [(path.name, stack.enter_context(path.open("rb"))) for path in paths]
            received = receive(owner, files, expected=export, options=given, ask=False)
    except ServiceError as error:
        raise click.ClickException(str(error)) from error
    first = imports.get_import(owner, received[0])
    if first is not None and first.message:
        click.echo(first.message)
    failed = [why for import_id in received if (why := _problem(owner, import_id))]
    if failed:
        raise click.ClickException(" ".join(failed))


def _problem(owner: int, import_id: int) -> str:
    """Runs the import, and tells what the account's page notes; why it did not end well, if so."""
    try:
        _run_here(owner, import_id)
    except click.ClickException as error:
        return error.message
    account = accounts.account(owner, imports.account_of(import_id))
    for note in account.notes if account else ():
        click.echo(note, err=True)
    return ""


def _run_here(owner: int, import_id: int) -> None:
    """Runs the import with a progress bar, and tells how it ended; where another process does, its progress."""
    with tqdm(total=100, bar_format="{desc:<28} {percentage:3.0f} %|{bar}| {elapsed}") as bar:

        def show(step: str, done: int, total: int) -> None:
            bar.set_description(step, refresh=False)
            bar.n = 100 * done / max(total, 1)
            bar.refresh()

        while (now := imports.get_import(owner, import_id)) and now.is_open:
            row = imports.claim(import_id)
            if row is not None:
                run(row, stopping=threading.Event(), progress=show)
            else:
                show(now.step, now.done, now.total)
                time.sleep(PAUSE)
    if now is None:
        raise click.ClickException("The import was cancelled.")
    if now.state == "failed":
        raise click.ClickException(now.message)
    for line in report_lines(now.report) if now.reads else ():
        click.echo(line)


def report_lines(report: ImportReport) -> list[str]:
    """What an import brought, as pages say it, and the first of what it left out."""
    lines = [result_of(report)]
    for number, words, examples in (
        (report.n_skipped, KEPT_OUT, report.skipped),
        (report.n_not_told, UNREADABLE, report.not_told),
    ):
        if number:
            lines.append(f"{plural(number, *words)}, such as:")
            lines += [f"  {each.where}: {each.why}" for each in examples[:5]]
    return lines


@click.command("resume")
@with_appcontext
def resume_command() -> None:
    """Runs all imports that wait and deletes what deleted accounts left, as the web server does by itself."""
    delete_rows_of_nobody()
    count = run_waiting(current_app._get_current_object(), threading.Event())  # type: ignore[attr-defined]
    click.echo(f"{plural(count, 'import')} run.")


@click.command("refresh")
@with_appcontext
def refresh_command() -> None:
    """Reads accounts whose daily refresh is due and sends mails that are, as a host's scheduler asks for.

    What deleted accounts left is deleted.
    """
    delete_rows_of_nobody()
    due = queue_due()
    click.echo(f"{plural(len(due), 'account')} due.")
    if not current_app.config["CELERY"]:
        count = run_waiting(current_app._get_current_object(), threading.Event())  # type: ignore[attr-defined]
        click.echo(f"{plural(count, 'import')} run.")
    if current_app.config["MAIL_URL"]:
        click.echo(f"{plural(send_due(threading.Event()), 'weekly e-mail')} sent.")


@click.command("analyse")
@click.option("--user", "name", required=True, help="Name of the user.")
@click.option("--assess", is_flag=True, help="Assess all posts again, as after the model changed.")
@with_appcontext
def analyse_command(name: str, assess: bool) -> None:
    """Analyses all accounts of a user again."""
    from .store import posts

    owner, left = the_user(name), []
    for account in accounts.accounts(owner):
        if assess:
            posts.forget_assessments(owner, account.id)
        try:
            _run_here(owner, imports.add_analysis(owner, account.id, "asked for on the command line"))
        except click.ClickException as error:  # the server may take one that waited already
            left.append(f"{account.handle}: {error.message}")
        else:
            sentiment = ", with the sentiment of all posts" if assess else ""
            click.echo(f"{account.handle}, {service_of(account.service).title}: analysed again{sentiment}.")
    if left:
        raise click.ClickException(" ".join(left))


@click.command("rotate-keys")
@with_appcontext
def rotate_keys_command() -> None:
    """Encrypts all tokens with the first of TOKEN_KEYS; afterwards the others can be taken away."""
    done, lost = connections.rotate_keys()
    click.echo(f"{plural(done, 'secret')} encrypted with the first key.")
    if lost:
        click.echo(f"{lost} could not be read with any key: their users are asked to connect again.")


@click.command("usage")
@with_appcontext
def usage_command() -> None:
    """Shows who uses what, users with most posts and people first."""
    row = "{:>8} {:>9} {:>11} {:>11} {:>12} {:>12} {:>7}  {}".format
    click.echo(row("id", "accounts", "posts", "people", "ties", "MB waiting", "links", "name"))
    for user in usage.usages():
        used = user.usage
        counts = (used.accounts, used.posts, used.people, used.ties, round(used.upload_bytes / 1e6), user.shares)
        click.echo(row(user.id, *(f"{count:,}" for count in counts), user.name))


@user_commands.command("add")
@click.argument("name")
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True)
@with_appcontext
def add_user_command(name: str, password: str) -> None:
    """Adds a user."""
    name = rules.spelt(name)
    wrong = rules.name_problem(name) or rules.password_problem(password, name=name)
    if wrong:
        raise click.ClickException(wrong)
    try:
        users.add_user(name, passwords.new_hash(password))
    except users.TakenError:
        raise click.ClickException(f"There is a user {name!r} already.") from None
    click.echo(f"{name} can sign in.")


@user_commands.command("list")
@with_appcontext
def list_users_command() -> None:
    """Lists the names of all users, and since when they are here."""
    for user in users.all_users():
        click.echo(f"{user.created_at:%Y-%m-%d}  {user.name}")


@user_commands.command("password")
@click.argument("name")
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True)
@with_appcontext
def set_password_command(name: str, password: str) -> None:
    """Sets a user's password, and signs all their browsers out."""
    owner = the_user(name)
    wrong = rules.password_problem(password, name=name)
    if wrong:
        raise click.ClickException(wrong)
    users.change_user(owner, password_hash=passwords.new_hash(password))
    users.end_other_sessions(owner)
    click.echo(f"{name} can sign in with that password.")


@user_commands.command("end-second-factor")
@click.argument("name")
@with_appcontext
def end_second_factor_command(name: str) -> None:
    """Asks a user for no codes any more, as when theirs are lost."""
    second_factors.remove(the_user(name))
    click.echo(f"{name} can sign in without a code.")


def the_user(name: str) -> int:
    """The id of the user of that name."""
    found = users.find_user(name)
    if found is None:
        raise click.ClickException(f"There is no user {name!r}: register in the browser, or `flask user add`.")
    return found.id
