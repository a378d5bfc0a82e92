"""Makes GitHub exports of invented persons, as small or as large as a test needs."""

from __future__ import annotations

import io
import json
import random
import tarfile
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.services.exports import NEWEST, sentence, vocabulary

ADA, BOB = "https://github.com/ada-example", "https://github.com/bob-example"
DEMO = f"{ADA}/demo"


def github_user(login: str = "ada-example", number: int = 1_000_001, **fields: Any) -> dict[str, Any]:
    """A person of `users_000001.json`."""
    about = {"name": "Ada", "bio": "Maths & engines", "company": None, "website": None, "location": None}
    return {
        "type": "user",
        "url": f"https://github.com/{login}",
        "avatar_url": f"https://avatars.githubusercontent.com/u/{number}?v=4",
        "login": login,
        **about,
        "emails": [{"address": "ada@example.social", "primary": True, "verified": True}],
        "billing_plan": None,
        "created_at": "2015-06-01T09:30:00Z",
        **fields,
    }


def github_repository(owner: str = ADA, name: str = "demo") -> dict[str, Any]:
    """A repository of `repositories_000001.json`."""
    return {"type": "repository", "url": f"{owner}/{name}", "owner": owner, "name": name, "private": False}


def github_issue(number: int = 7, **fields: Any) -> dict[str, Any]:
    """An issue of `issues_000001.json`."""
    return {
        "type": "issue",
        "url": f"{DEMO}/issues/{number}",
        "repository": DEMO,
        "user": ADA,
        "title": "Crash on start",
        "body": "Steps:\r\n\r\n```sh\nrun\n```",
        "assignee": None,
        "labels": [],
        "reactions": [github_reaction()],
        "closed_at": None,
        "created_at": "2025-03-04T09:12:33Z",
        **fields,
    }


def github_pull_request(number: int = 8, **fields: Any) -> dict[str, Any]:
    """A pull request of `pull_requests_000001.json`."""
    told = github_issue(url=f"{DEMO}/pull/{number}", title="Start again", body=None, reactions=[])
    return {**told, "type": "pull_request", "merged_at": None, "work_in_progress": False, **fields}


def github_comment(number: int = 1, on: str = f"{DEMO}/issues/7", **fields: Any) -> dict[str, Any]:
    """A comment of `issue_comments_000001.json`."""
    return {
        "type": "issue_comment",
        "url": f"{on}#issuecomment-{number}",
        "pull_request" if "/pull/" in on else "issue": on,
        "user": ADA,
        "body": "Thank you.",
        "formatter": "markdown",
        "reactions": [],
        "created_at": "2025-03-05T10:00:00Z",
        **fields,
    }


def github_review(number: int = 1, **fields: Any) -> dict[str, Any]:
    """A review of `pull_request_reviews_000001.json`."""
    return {
        "type": "pull_request_review",
        "url": f"{DEMO}/pull/8/files#pullrequestreview-{number}",
        "pull_request": f"{DEMO}/pull/8",
        "user": ADA,
        "body": "",
        "state": 40,
        "reactions": [],
        "created_at": "2025-03-05T10:00:00Z",
        "submitted_at": "2025-03-05T11:00:00Z",
        **fields,
    }


def github_reaction(user: str = BOB, content: str = "+1") -> dict[str, Any]:
    """A reaction."""
    return {"user": user, "content": content, "subject_type": "Issue", "created_at": "2025-03-04T10:00:00.000+02:00"}


def github_small(**kinds: list[Mapping[str, Any]]) -> dict[str, str]:
    """The files of a small GitHub export: `issues=[...]` becomes `issues_000001.json`."""
    known: dict[str, list[Any]] = {
        "users": [github_user("bob-example", 1_000_002, name="Bob"), github_user()],
        "repositories": [github_repository()],
    }
    files = {f"{kind}_000001.json": json.dumps(values, indent=2) for kind, values in {**known, **kinds}.items()}
    return {"schema.json": '{"version":"1.2.0","github_sha":"8de0984858fd99a8dcd2d756cf0f128b9161e3b5"}', **files}


def github_archive(path: Path, *, posts: int = 200, seed: int = 1, **_none: Any) -> Path:
    """A GitHub export as tar.gz, with as many posts of the account itself. Same arguments, same content."""
    kinds: dict[str, list[Any]] = {"issues": [], "pull_requests": [], "issue_comments": []}
    for kind, record in _records(random.Random(seed), posts):
        kinds[kind].append(record)
    files = github_small(**kinds)
    half = len(kinds["issues"]) // 2
    files["issues_000001.json"] = json.dumps(kinds["issues"][:half])
    files["issues_000002.json"] = json.dumps(kinds["issues"][half:])
    private = ("audit_log.csv", "issue_events_000001.json", "attachments_000001.json", "repositories/a/demo.git/HEAD")
    with tarfile.open(path, "w:gz") as archive:
        for name, text in {**files, **dict.fromkeys(private, "not JSON")}.items():
            info = tarfile.TarInfo(f"./{name}")
            info.size = len(text.encode())
            archive.addfile(info, io.BytesIO(text.encode()))
    return path


def _records(rng: random.Random, posts: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """As many of the account's own, and answers of somebody else to every third."""
    words = vocabulary(rng)
    step = timedelta(days=1500) / max(posts, 1)
    for number in range(1, posts + 1):
        at = (NEWEST - step * (posts - number)).strftime("%Y-%m-%dT%H:%M:%SZ")
        told = {"created_at": at, "body": f"{sentence(rng, words, 20)}\n\n> quoted\n\n`code`"}
        reactions = [github_reaction()] * int(rng.expovariate(1))
        url = f"{DEMO}/issues/{number}"
        if number % 3 == 0:
            yield "issue_comments", github_comment(number, **told)
        elif number % 3 == 1:
            yield "issues", github_issue(number, title=sentence(rng, words, 5), reactions=reactions, **told)
            yield "issue_comments", github_comment(10**6 + number, on=url, user=BOB, **told)
        else:
            yield "pull_requests", github_pull_request(number, title=sentence(rng, words, 5), **told)
