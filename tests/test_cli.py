"""`flask` commands: imports from files, what they tell, and how they fail."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from argon2 import PasswordHasher
from click.testing import Result
from flask import Flask

from dashapp import cli, demo
from dashapp.cli import report_lines
from dashapp.demo.load import DemoError
from dashapp.imports import cross_check
from dashapp.imports.analysis import analyse
from dashapp.imports.jobs import run
from dashapp.imports.receive import receive
from dashapp.services import upload_of
from dashapp.services.errors import ExportError
from dashapp.services.records import Batch
from dashapp.store import accounts, imports, people, posts, second_factors, shares, users
from dashapp.store.rows import ImportReport
from dashapp.users import passwords
from tests.imports.conftest import unmeasured
from tests.records import follower, merged, post, ties
from tests.services.bluesky_exports import DID, bluesky_archive
from tests.services.exports import (
    NEWEST,
    csv_files,
    facebook_archive,
    linkedin_archive,
    mastodon_archive,
    mastodon_post,
    mastodon_small,
    x_archive,
    x_post,
    x_small,
    zipped,
)
from tests.services.github_exports import github_archive

__all__ = ["unmeasured"]
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("unmeasured")]

PASSWORD = "otters build dams at dusk"


@pytest.fixture
def app(app: Flask) -> Iterator[Flask]:
    """The application, whose context is open."""
    with app.app_context():
        yield app


@pytest.fixture
def ada(app: Flask) -> int:
    """A user's id."""
    return users.add_user("Ada", "!")


@pytest.fixture
def measured(unmeasured: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """With all measures of the analysis after all."""
    monkeypatch.setattr(cross_check, "analyse", analyse)


def flask(app: Flask, *words: object, **options: Any) -> Result:
    """Runs a command."""
    return app.test_cli_runner().invoke(args=[str(word) for word in words], **options)


def only_account(owner: int) -> dict[str, Any]:
    """The user's only account."""
    (account,) = accounts.accounts(owner)
    return account


# ---- import


@pytest.mark.usefixtures("measured")
def test_an_x_archive_becomes_an_analysed_account(app: Flask, ada: int, tmp_path: Path) -> None:
    path = x_archive(tmp_path / "x.zip", posts=12, followers=6, friends=4)

    result = flask(app, "import", "x", path, "--user", "Ada")

    account = only_account(ada)
    assert result.exit_code == 0, result.output
    assert (account.service, account.handle) == ("x", "ada_example")
    assert account.analysed_at is not None
    assert len(posts.posts(ada, account.id)) == 12
    assert len(list(people.stream_list(ada, account.id, "followers"))) == 6
    assert result.stdout.endswith("12 posts, 9 people, all new.\n")


def test_a_mastodon_export_is_found_by_the_users_name_in_any_case(app: Flask, ada: int, tmp_path: Path) -> None:
    path = mastodon_archive(tmp_path / "export.tar.gz", posts=8, friends=3, packed="tar.gz")

    result = flask(app, "import", "mastodon", path, "--user", "ADA")

    account = only_account(ada)
    assert result.exit_code == 0, result.output
    assert (account.service, account.handle) == ("mastodon", "ada@example.social")
    assert len(list(people.stream_list(ada, account.id, "friends"))) == 3


@pytest.mark.parametrize(
    ("service", "write", "handle"),
    [("facebook", facebook_archive, "ada.example"), ("linkedin", linkedin_archive, "ada-example")],
)
def test_friends_of_each_other_are_one_list(
    app: Flask, ada: int, tmp_path: Path, service: str, write: Any, handle: str
) -> None:
    flask(app, "import", service, write(tmp_path / "first.zip", posts=20, friends=5), "--user", "Ada")

    result = flask(app, "import", service, write(tmp_path / "later.zip", posts=20, friends=4), "--user", "Ada")

    account = only_account(ada)
    lists = [len(list(people.stream_list(ada, account.id, which))) for which in ("friends", "followers", "mutuals")]
    assert result.exit_code == 0, result.output
    assert (account.handle, account.mutual_ties, account.lists) == (handle, True, ["friends"])
    assert lists == [4, 4, 4]
    assert result.stdout.endswith(" 1 friend lost.\n")


def test_a_bluesky_repository_tells_who_was_lost(app: Flask, ada: int, tmp_path: Path) -> None:
    told = ("--user", "Ada", "--handle", "ada.example.social")
    flask(app, "import", "bluesky", bluesky_archive(tmp_path / "first.car", posts=20, friends=5), *told)

    result = flask(app, "import", "bluesky", bluesky_archive(tmp_path / "later.car", posts=20, friends=4), *told)

    account = only_account(ada)
    assert result.exit_code == 0, result.output
    assert (account.key, account.handle) == (DID, "ada.example.social")
    assert (account.lists, account.data_at) == (["friends"], NEWEST)
    assert result.stdout.endswith(" 1 friend lost.\n")


def test_a_github_archive_tells_no_people(app: Flask, ada: int, tmp_path: Path) -> None:
    result = flask(app, "import", "github", github_archive(tmp_path / "g.tar.gz", posts=20), "--user", "Ada")

    account = only_account(ada)
    assert result.exit_code == 0, result.output
    assert (account.key, account.handle, account.lists) == ("1000001", "ada-example", [])
    assert result.stdout.endswith("20 posts, all new.\n")


def test_csv_files_are_read_together_with_what_the_options_say(app: Flask, ada: int, tmp_path: Path) -> None:
    paths = csv_files(tmp_path / "csv", posts=6, people=5, ties=7)
    told = ("--handle", "ada", "--service", "github", "--as-of", "2026-11-20", "--time-zone", "Europe/Berlin")
    unclear = ("--day-first", "1", "--decimal", ",", "--list", "friends")

    result = flask(app, "import", "csv", *paths, "--user", "ada", "--mutual", "--keep-posts", *unclear, *told)

    account = only_account(ada)
    (row,) = imports.imports(ada)
    assert result.exit_code == 0, result.output
    assert (account.service, account.handle, account.mutual_ties) == ("github", "ada", True)
    assert row.filename == "posts.csv, people.csv, ties.csv"
    assert row.options == {
        "handle": "ada",
        "service": "github",
        "mutual": "1",
        "keep_posts": "1",
        "as_of": "2026-11-20",
        "time_zone": "Europe/Berlin",
        "day_first": "1",
        "decimal": ",",
        "list": "friends",
    }


def test_posts_of_several_authors_are_those_of_the_named_one(app: Flask, ada: int, tmp_path: Path) -> None:
    path = tmp_path / "posts.csv"
    path.write_text("created_at,text,author\n2026-03-02,mine,7\n2026-03-03,of another,8\n")
    words = ("import", "csv", path, "--user", "ada", "--handle", "ada")

    refused, read = flask(app, *words), flask(app, *words, "--author", "7")

    assert "say which of them is the account (--author on the command line)" in refused.output
    assert read.exit_code == 0, read.output
    assert len(posts.posts(ada, only_account(ada).id)) == 1
    assert "row 3: it is by '8', not by the account" in read.output


def test_what_an_accounts_page_notes_is_told_at_once(app: Flask, ada: int, tmp_path: Path) -> None:
    path = tmp_path / "posts.csv"
    path.write_text("created_at,author\n2026-03-02,bob\n")

    result = flask(app, "import", "csv", path, "--user", "ada", "--handle", "ada")

    assert "All posts of posts.csv are by bob: they were taken for the account's own.\n" in result.stderr


def test_the_same_export_again_is_nothing_new(app: Flask, ada: int, tmp_path: Path) -> None:
    words = ("import", "x", x_archive(tmp_path / "x.zip", posts=3, followers=2, friends=1), "--user", "Ada")
    flask(app, *words)

    result = flask(app, *words)

    assert result.exit_code == 0, result.output
    assert result.stdout.endswith("3 posts, 3 people, none new.\n")
    assert len(posts.posts(ada, only_account(ada).id)) == 3


def test_records_that_are_kept_out_are_told_with_their_place(app: Flask, ada: int, tmp_path: Path) -> None:
    path = tmp_path / "posts.csv"
    path.write_text("created_at,text\n2026-03-02,good\nsoon,bad\n")

    result = flask(app, "import", "csv", path, "--user", "Ada", "--handle", "ada")

    assert result.exit_code == 0, result.output
    assert "1 record kept out, such as:\n  posts.csv" in result.output
    assert len(posts.posts(ada, only_account(ada).id)) == 1


def test_a_user_whom_nobody_knows_is_told_how_to_be_added(app: Flask, tmp_path: Path) -> None:
    path = x_archive(tmp_path / "x.zip", posts=1)

    result = flask(app, "import", "x", path, "--user", "zoe")

    assert result.exit_code == 1
    assert result.output == "Error: There is no user 'zoe': register in the browser, or `flask user add`.\n"


@pytest.mark.parametrize(
    ("export", "sentence"),
    [("mastodon", "This is an X archive, not a Mastodon export"), ("csv", "This is an X archive, not a set of CSV")],
)
def test_another_export_than_the_named_one_is_refused(
    app: Flask, ada: int, tmp_path: Path, export: str, sentence: str
) -> None:
    result = flask(app, "import", export, x_archive(tmp_path / "x.zip", posts=1), "--user", "Ada")

    assert result.exit_code == 1
    assert result.output.startswith(f"Error: {sentence}")
    assert imports.imports(ada) == []


def test_a_file_that_is_no_export_is_one_sentence(app: Flask, ada: int, tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(b"PK\x03\x04 and then nothing of a zip")

    result = flask(app, "import", "x", path, "--user", "Ada")

    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert "Traceback" not in result.output
    assert accounts.accounts(ada) == []


def test_exports_of_two_services_in_one_zip_are_both_imported(app: Flask, ada: int, tmp_path: Path) -> None:
    path = tmp_path / "both.zip"
    path.write_bytes(zipped({**x_small(x_post()), **mastodon_small(mastodon_post())}).getvalue())

    result = flask(app, "import", "mastodon", path, "--user", "Ada")

    assert {account.service for account in accounts.accounts(ada)} == {"x", "mastodon"}
    assert result.stdout.startswith("The upload holds a Mastodon export and an X archive: each is read by")
    assert result.stdout.endswith("1 post, new.\n" * 2)


def test_an_import_that_fails_on_its_way_ends_with_its_sentence(
    app: Flask, ada: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> Iterator[Any]:
        raise ExportError("The file ends in the middle.")

    monkeypatch.setattr(type(upload_of("x").export), "read", broken)

    result = flask(app, "import", "x", x_archive(tmp_path / "x.zip", posts=1), "--user", "Ada")

    assert result.exit_code == 1
    assert result.output.endswith("Error: The file ends in the middle.\n")
    assert accounts.accounts(ada) == []


def test_an_import_that_somebody_cancels_says_so(
    app: Flask, ada: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "run", lambda row, **_: imports.forget_import(ada, row.id))

    result = flask(app, "import", "x", x_archive(tmp_path / "x.zip", posts=1), "--user", "Ada")

    assert result.exit_code == 1
    assert result.output.endswith("Error: The import was cancelled.\n")


@pytest.mark.parametrize("ends", [True, False], ids=["which-ends-it", "which-is-killed"])
def test_an_import_that_another_process_took_is_waited_for(
    app: Flask, ada: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ends: bool
) -> None:
    claim = imports.claim

    def other_process(_seconds: float) -> None:
        if ends:
            run(claim(), stopping=threading.Event())
        monkeypatch.setattr(imports, "claim", claim)

    monkeypatch.setattr(imports, "claim", lambda _id: None)
    monkeypatch.setattr(cli, "time", SimpleNamespace(sleep=other_process))

    result = flask(app, "import", "x", x_archive(tmp_path / "x.zip", posts=1), "--user", "Ada")

    assert (result.exit_code, result.stdout) == (0, "1 post, 80 people, all new.\n")


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("import", "usenet", "FILE", "--user", "Ada"), "'usenet' is not one of"),
        (("import", "x", "missing.zip", "--user", "Ada"), "'missing.zip' does not exist"),
        (("import", "x", "--user", "Ada"), "Missing argument 'PATHS...'"),
        (("import", "x", "FILE"), "Missing option '--user'"),
        (("import", "csv", "FILE", "--user", "Ada", "--day-first", "yes"), "'yes' is not one of"),
    ],
)
def test_a_command_that_is_misspelt_is_explained(
    app: Flask, ada: int, tmp_path: Path, words: tuple[str, ...], problem: str
) -> None:
    path = x_archive(tmp_path / "x.zip", posts=1)

    result = flask(app, *(path if word == "FILE" else word for word in words))

    assert result.exit_code == 2
    assert problem in result.output


# ---- the report


def test_a_report_says_what_was_read_and_what_is_new() -> None:
    report = {
        "posts": 1234, "people": 5, "ties": 0, "new_posts": 1000, "new_people": 0, "removed_posts": 3,
        "gained_followers": 2, "lost_friends": 1,
    }  # fmt: skip

    assert report_lines(ImportReport.read(report)) == [
        "1,000 new posts of 1,234, no new people. "
        "2 followers gained, 1 friend lost, 3 posts removed that are not told any more."
    ]


def test_a_report_shows_five_of_the_records_that_were_kept_out() -> None:
    skipped = [{"where": f"posts.csv, line {n}", "why": "no date"} for n in range(9)]

    lines = report_lines(ImportReport.read({"posts": 1, "n_skipped": 1200, "skipped": skipped}))

    assert lines[1] == "1,200 records kept out, such as:"
    assert lines[2:] == [f"  posts.csv, line {n}: no date" for n in range(5)]


def test_a_report_tells_of_values_that_could_not_be_read() -> None:
    not_told = [{"where": "posts.csv, row 2", "why": "likes 'x' is no number"}]

    lines = report_lines(ImportReport.read({"posts": 1, "n_not_told": 1, "not_told": not_told}))

    assert lines[1:] == [
        "1 value that could not be read, and is not told, such as:",
        "  posts.csv, row 2: likes 'x' is no number",
    ]


def test_a_report_of_nothing_says_so() -> None:
    assert report_lines(ImportReport()) == ["Nothing but the profile."]


# ---- resume


def test_resume_runs_what_waits(app: Flask, ada: int) -> None:
    waiting = [io.BytesIO(b"created_at,text\n2026-03-02,hello\n"), io.BytesIO(b"source,target\na,b\n")]
    for name, file in zip(("posts.csv", "ties.csv"), waiting, strict=True):
        receive(ada, [(name, file)], options={"handle": name}, ask=False)

    result = flask(app, "resume")
    again = flask(app, "resume")

    assert result.output == "2 imports run.\n"
    assert again.output == "0 imports run.\n"
    assert {row.state for row in imports.imports(ada)} == {"done"}


# ---- analyse


def test_analyse_does_the_analysis_anew_and_assesses_posts_again_only_where_that_is_asked_for(
    app: Flask, ada: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flask(app, "import", "x", x_archive(tmp_path / "x.zip", posts=4), "--user", "Ada")
    monkeypatch.setattr(cross_check, "analyse", analyse)
    before = only_account(ada)
    assessed = posts.posts(ada, before.id)[["post"]].assign(
        label="positive", negative=0.0, neutral=0.0, positive=1.0, language="en"
    )
    posts.save_assessment(ada, before.id, assessed)
    threads = set(threading.enumerate())

    result = flask(app, "analyse", "--user", "Ada")
    kept = posts.posts(ada, before.id)
    again = flask(app, "analyse", "--user", "Ada", "--assess")
    after = posts.posts(ada, before.id)

    assert result.exit_code == again.exit_code == 0, result.output + again.output
    assert result.stdout == "ada_example, X: analysed again.\n"
    assert again.stdout == "ada_example, X: analysed again, with the sentiment of all posts.\n"
    assert only_account(ada).analysed_at > before.analysed_at
    assert imports.imports(ada, account_id=before.id)[0].export == "analysis"
    assert set(kept["label"].dropna()) == {"positive"}
    assert after["label"].notna().any()
    assert set(after["label"].dropna()) != {"positive"}
    assert {thread for thread in threading.enumerate() if thread.name.startswith("import-")} <= threads


def test_analyse_of_nobody_is_refused(app: Flask) -> None:
    result = flask(app, "analyse", "--user", "zoe")

    assert result.exit_code == 1
    assert "There is no user 'zoe'" in result.output


# ---- user add


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes of the weakest parameters."""
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(memory_cost=8, time_cost=1, parallelism=1))


@pytest.mark.usefixtures("quick")
def test_a_user_who_is_added_can_sign_in(app: Flask) -> None:
    result = flask(app, "user", "add", "Ada", input=f"{PASSWORD}\n{PASSWORD}\n")

    assert result.exit_code == 0, result.output
    assert result.output.endswith("Ada can sign in.\n")
    assert PASSWORD not in result.output
    assert passwords.find_user("ada", PASSWORD)


@pytest.mark.usefixtures("quick")
def test_a_host_sets_the_password_of_somebody_who_forgot_it(app: Flask, ada: int) -> None:
    token = users.start_session(ada, timedelta(hours=1))

    result = flask(app, "user", "password", "ADA", input=f"{PASSWORD}\n{PASSWORD}\n")

    assert result.exit_code == 0, result.output
    assert passwords.find_user("Ada", PASSWORD) == ada
    assert users.signed_in(token) is None


def test_a_host_ends_the_second_factor_of_somebody_who_lost_it(app: Flask, ada: int) -> None:
    second_factors.begin(ada, "SECRET")
    second_factors.confirm(ada, [])

    result = flask(app, "user", "end-second-factor", "ada")

    assert result.output == "ada can sign in without a code.\n"
    assert not second_factors.is_on(ada)


def test_all_users_are_listed_by_name(app: Flask, ada: int) -> None:
    users.add_user("bob", "!")

    lines = flask(app, "user", "list").output.splitlines()

    assert [line.split("  ")[1] for line in lines] == ["Ada", "bob"]


@pytest.mark.parametrize(
    ("name", "password", "sentence"),
    [
        ("...", PASSWORD, "Use letters, digits"),
        ("a/b", PASSWORD, "Use letters, digits"),
        ("ADA", PASSWORD, "There is a user 'ADA' already."),
        ("Zoe", "short", "Use at least 8 characters"),
        ("Zoe", "password1", "Choose another password"),
        ("Zoe-of-Ulm", "zoe-of-ulm", "Choose another password"),
    ],
)
@pytest.mark.usefixtures("quick")
def test_a_user_with_a_bad_value_is_not_added(app: Flask, ada: int, name: str, password: str, sentence: str) -> None:
    result = flask(app, "user", "add", name, "--password", password)

    assert result.exit_code == 1
    assert result.output.startswith(f"Error: {sentence}")
    assert [user.id for user in users.all_users()] == [ada]


def test_passwords_that_differ_are_asked_for_again(app: Flask) -> None:
    result = flask(app, "user", "add", "Ada", input=f"{PASSWORD}\nanother\n")

    assert result.exit_code == 1
    assert "do not match" in result.output
    assert users.all_users() == []


# ---- demo


def test_demo_loads_the_demo(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[object] = []
    monkeypatch.setattr(demo, "load_demo", loaded.append)

    result = flask(app, "demo")

    assert result.output == "The demo is loaded: its button is on the landing page.\n"
    assert len(loaded) == 1


def test_a_demo_that_cannot_be_loaded_is_one_sentence(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_stamp: object) -> int:
        raise DemoError("The demo's x account could not be analysed: see the log.")

    monkeypatch.setattr(demo, "load_demo", fails)

    result = flask(app, "demo")

    assert result.exit_code == 1
    assert result.output == "Error: The demo's x account could not be analysed: see the log.\n"


# ---- usage


def test_usage_tells_who_uses_what(app: Flask, ada: int) -> None:
    bob = users.add_user("Bob", "!")
    merged(bob, Batch(posts=[post(1), post(2)], people=[follower("b"), follower("c"), follower("d")], ties=ties("bc")))
    for days in (7, 30, -1):
        shares.add(bob, None, period="all", names=False, lifetime=timedelta(days=days))

    lines = flask(app, "usage").stdout.splitlines()

    assert [line.split() for line in lines] == [
        ["id", "accounts", "posts", "people", "ties", "MB", "waiting", "links", "name"],
        [str(bob), "1", "2", "3", "1", "0", "2", "Bob"],
        [str(ada), "0", "0", "0", "0", "0", "0", "Ada"],
    ]
