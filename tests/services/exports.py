"""Makes data exports in the services' own forms, of invented persons, as small or as large as a test needs.

As a command: `python -m tests.services.exports x PATH --posts 200000` (or `mastodon PATH`, `csv FOLDER`).
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import random
import tarfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, Literal

from dashapp.services.files.archive import UploadedEntries, open_upload
from dashapp.services.files.entries import Entries
from dashapp.services.reading import Export
from dashapp.services.records import Batch

Spelling = Literal["tweets", "tweet", "parts"]
NEWEST = datetime(2026, 9, 30, 12, tzinfo=UTC)
SNOWFLAKE_EPOCH = 1_288_834_974_657
X_TIME = "%a %b %d %H:%M:%S +0000 %Y"  # tests run in the C locale
ACCOUNT = {"username": "ada_example", "accountId": "12345", "accountDisplayName": "Ada"}
ADA = "https://example.social/users/ada"
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
PARTS = 12


def zipped(files: Mapping[str, bytes | str], *, packing: int = zipfile.ZIP_DEFLATED) -> io.BytesIO:
    """A zip of the files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", packing) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    packed.seek(0)
    return packed


def upload(files: Mapping[str, bytes | str]) -> UploadedEntries:
    """The files, as if uploaded in one zip."""
    return open_upload([("export.zip", zipped(files))])


class Files:
    """Entries that stand in memory, and remember which of them were opened."""

    def __init__(self, files: Mapping[str, bytes | str]) -> None:
        self._files = {name: data.encode() if isinstance(data, str) else data for name, data in files.items()}
        self.opened: list[str] = []

    def names(self) -> list[str]:
        """All names."""
        return list(self._files)

    def size(self, name: str) -> int:
        """Bytes of the entry."""
        return len(self._files[name])

    def open(self, name: str) -> BinaryIO:
        """The entry from its beginning."""
        self.opened.append(name)
        return io.BytesIO(self._files[name])


def read_all(export: Export, files: Entries | Mapping[str, bytes | str], **options: str) -> Batch:
    """All that the export tells, in one batch."""
    entries = Files(files) if isinstance(files, Mapping) else files
    whole = Batch()
    for batch in export.read(entries, options):
        whole.posts.extend(batch.posts)
        whole.people.extend(batch.people)
        whole.ties.extend(batch.ties)
        whole.skipped.extend(batch.skipped)
        whole.not_told.extend(batch.not_told)
    return whole


# X


def x_file(kind: str, elements: Iterable[Any], *, part: int = 0) -> str:
    """A file of an X export: an assignment, then JSON."""
    return f"window.YTD.{kind.replace('-', '_')}.part{part} = {json.dumps(list(elements), indent=2)}"


def x_post(number: int = 1_780_000_000_000_000_001, **fields: Any) -> dict[str, Any]:
    """One post as X exports it, with its wrapper."""
    return {
        "tweet": {
            "id": str(number),
            "id_str": str(number),
            "created_at": "Tue Mar 05 14:02:11 +0000 2024",
            "full_text": "Hello",
            "lang": "en",
            "favorite_count": "7",
            "retweet_count": "1",
            "retweeted": False,
            "entities": {"hashtags": [], "user_mentions": [], "urls": []},
            **fields,
        }
    }


def x_listed(kind: str, ids: Iterable[int]) -> str:
    """`follower.js` or `following.js`."""
    link = "https://twitter.com/intent/user?user_id="
    return x_file(kind, ({kind: {"accountId": str(each), "userLink": f"{link}{each}"}} for each in ids))


def x_manifest(files: Mapping[str, list[tuple[str, int]]], *, partial: bool = False) -> str:
    """`manifest.js`, of names and counts of records by type."""
    types = {
        kind: {"files": [{"fileName": name, "globalName": f"YTD.{kind}.part0", "count": str(n)} for name, n in named]}
        for kind, named in files.items()
    }
    manifest = {
        "userInfo": {"accountId": "12345", "userName": "ada_example", "displayName": "Ada"},
        "archiveInfo": {"sizeBytes": "1", "generationDate": "2026-10-01T09:00:00.000Z", "isPartialArchive": partial},
        "dataTypes": {**types, "adImpressions": {}},
    }
    return f"window.__THAR_CONFIG = {json.dumps(manifest, indent=2)}"


def x_account() -> str:
    """`account.js`."""
    private = {"email": "ada@example.social", "createdVia": "web", "createdAt": "2015-06-01T09:30:00.000Z"}
    return x_file("account", [{"account": {**private, **ACCOUNT}}])


def x_small(*posts: Mapping[str, Any], **files: str) -> dict[str, str]:
    """The files of a small X export; further ones as `note_tweet=...`."""
    more = {f"data/{name.replace('_', '-')}.js": text for name, text in files.items()}
    return {"data/account.js": x_account(), "data/tweets.js": x_file("tweets", posts), **more}


def x_archive(
    path: Path,
    *,
    posts: int = 200,
    followers: int = 50,
    friends: int = 40,
    seed: int = 1,
    spelling: Spelling = "tweets",
    wrapped: bool = True,
    folder: str = "data/",
    wrapper: str = "",
    manifest: bool = True,
    partial: bool = False,
    media: int = 0,
) -> Path:
    """An X export as zip: posts of about 2 kB as X writes them, in one file or twelve. Same arguments, same file.

    `wrapper` is a folder around everything, as when somebody has zipped it again.
    """
    rng = random.Random(seed)
    ids = rng.sample(range(1_000, 1_000 + 20 * (followers + friends + 1)), followers + friends)
    some_both = ids[followers - min(followers, friends) // 4 :][:friends]
    words, names = vocabulary(rng), _post_files(spelling, folder)
    shares = {name: range(posts * i // len(names), posts * (i + 1) // len(names)) for i, name in enumerate(names)}
    top = f"{wrapper}{folder}"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        for place, (name, share) in enumerate(shares.items()):
            with archive.open(_stamped(f"{wrapper}{name}"), "w", force_zip64=True) as file:
                file.write(f"window.YTD.{spelling}.part{place} = [ ".encode())
                for piece in _x_posts(rng, words, share, ids or [777], total=posts, wrapped=wrapped):
                    file.write(piece)
                file.write(b" ]")
        small = {"follower": x_listed("follower", ids[:followers]), "following": x_listed("following", some_both)}
        small |= {"account": x_account(), "deleted-tweets": "not JSON", "direct-messages": "not JSON"}
        if manifest:
            listed = {"follower": followers, "following": len(some_both)}
            counted = {kind: [(f"{folder}{kind}.js", n)] for kind, n in listed.items()}
            counted["tweets"] = [(name, len(share)) for name, share in shares.items()]
            small["manifest"] = x_manifest(counted, partial=partial)
        for kind, text in small.items():
            archive.writestr(_stamped(f"{top}{kind}.js"), text)
        for number in range(media):
            archive.writestr(_stamped(f"{top}tweets_media/{number}-a.jpg"), b"")
        archive.writestr(_stamped(f"{wrapper}Your archive.html"), "<html></html>")
    return path


def _stamped(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, (2026, 10, 1, 9, 0, 0))
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def _post_files(spelling: Spelling, folder: str) -> list[str]:
    if spelling != "parts":
        return [f"{folder}{spelling}.js"]
    return [f"{folder}tweets.js", *(f"{folder}tweets-part{part}.js" for part in range(1, PARTS))]


def _x_posts(
    rng: random.Random, words: list[str], numbers: range, ids: list[int], *, total: int, wrapped: bool
) -> Iterator[bytes]:
    """Posts from the newest to the oldest, over ten years."""
    template = json.dumps(_x_skeleton(wrapped=wrapped), indent=2, separators=(",", " : "))
    step = timedelta(days=3650) / max(total, 1)
    for number in numbers:
        at = NEWEST - step * number - timedelta(seconds=rng.randrange(60))
        post_id = ((int(at.timestamp() * 1000) - SNOWFLAKE_EPOCH) << 22) + number % 4096
        first, second = rng.choice(ids), rng.choice(ids)
        kind = rng.random()
        text = sentence(rng, words, rng.randint(8, 30))
        text = f"RT @person_{first}: {text}…" if kind < 0.1 else f"@person_{first} {text}" if kind < 0.3 else text
        values = {"id": post_id, "at": at.strftime(X_TIME), "text": json.dumps(text)[1:-1]}
        values |= {"first": first, "second": second, "word": rng.choice(words)}
        values |= {"likes": int(rng.expovariate(0.2)), "reposts": int(rng.expovariate(1))}
        values |= {"answered": "in_reply_to_user_id_str" if 0.1 <= kind < 0.3 else "not_a_reply"}
        yield (",\n" if number > numbers.start else "").encode() + (template % values).encode()


def _x_skeleton(*, wrapped: bool) -> dict[str, Any]:
    def user(which: str) -> dict[str, Any]:
        named = {"name": f"Person %({which})s", "screen_name": f"person_%({which})s", "indices": ["0", "12"]}
        return {**named, "id_str": f"%({which})s", "id": f"%({which})s"}

    link = {"url": "https://t.co/%(word)s", "expanded_url": "https://example.com/%(word)s/%(id)s"}
    edit = {"editTweetIds": ["%(id)s"], "editableUntil": "2024-03-05T15:02:11.000Z", "editsRemaining": "5"}
    post = {
        "edit_info": {"initial": {**edit, "isEditEligible": True}},
        "retweeted": False,
        "source": '<a href="https://mobile.twitter.com" rel="nofollow">Twitter Web App</a>',
        "entities": {
            "hashtags": [{"text": "%(word)s", "indices": ["14", "20"]}],
            "symbols": [],
            "user_mentions": [user("first"), user("second")],
            "urls": [{**link, "display_url": "example.com/%(word)s…", "indices": ["30", "53"]}],
        },
        "display_text_range": ["0", "140"],
        "favorite_count": "%(likes)s",
        "%(answered)s": "%(first)s",
        "in_reply_to_screen_name": "person_%(first)s",
        "id_str": "%(id)s",
        "truncated": False,
        "retweet_count": "%(reposts)s",
        "id": "%(id)s",
        "possibly_sensitive": False,
        "created_at": "%(at)s",
        "favorited": False,
        "full_text": "%(text)s #%(word)s &amp; more https://t.co/%(word)s",
        "lang": "en",
    }
    return {"tweet": post} if wrapped else post


def vocabulary(rng: random.Random, size: int = 3000) -> list[str]:
    """Words of no language."""
    return ["".join(rng.choices("aeioubcdfghklmnprstvw", k=rng.randint(2, 10))) for _ in range(size)]


def sentence(rng: random.Random, words: list[str], length: int) -> str:
    """Words in a row."""
    return " ".join(rng.choices(words, k=length))


# Mastodon


def mastodon_actor() -> dict[str, Any]:
    """`actor.json`."""
    return {
        "@context": ["https://www.w3.org/ns/activitystreams", {"toot": "http://joinmastodon.org/ns#"}],
        "id": ADA,
        "type": "Person",
        "preferredUsername": "ada",
        "name": "Ada",
        "summary": "<p>Maths &amp; engines</p>",
        "url": "https://example.social/@ada",
        "published": "2022-11-06T00:00:00Z",
        "followers": f"{ADA}/followers",
        "following": f"{ADA}/following",
        "attachment": [{"type": "PropertyValue", "name": "Web", "value": "ada.example"}],
    }


def mastodon_post(number: int = 115, **fields: Any) -> dict[str, Any]:
    """One activity of `outbox.json`; `fields` are of its object."""
    address = {"to": fields.pop("to", [PUBLIC]), "cc": fields.pop("cc", [f"{ADA}/followers"])}
    published = fields.pop("published", "2026-03-02T17:45:11Z")
    note = {
        "id": f"{ADA}/statuses/{number}",
        "type": "Note",
        "summary": None,
        "inReplyTo": None,
        "published": published,
        "url": f"https://example.social/@ada/{number}",
        **address,
        "content": "<p>Hello</p>",
        "contentMap": {"en": "<p>Hello</p>"},
        "likes": {"id": f"{ADA}/statuses/{number}/likes", "type": "Collection", "totalItems": 7},
        "shares": {"id": f"{ADA}/statuses/{number}/shares", "type": "Collection", "totalItems": 1},
        **fields,
    }
    head = {"id": f"{ADA}/statuses/{number}/activity", "type": "Create", "actor": ADA, "published": published}
    return {**head, **address, "object": note}


def mastodon_boost(number: int = 116, of: str = "https://other.example/users/bob/statuses/9") -> dict[str, Any]:
    """A boost, as an activity of `outbox.json`."""
    activity = {"id": f"{ADA}/statuses/{number}/activity", "type": "Announce", "actor": ADA}
    return {**activity, "published": "2026-03-03T08:00:00Z", "to": [PUBLIC], "cc": [], "object": of}


def mastodon_outbox(activities: Iterable[Mapping[str, Any]]) -> str:
    """`outbox.json`."""
    items = list(activities)
    head = {"@context": "https://www.w3.org/ns/activitystreams", "id": "outbox.json", "type": "OrderedCollection"}
    return json.dumps({**head, "totalItems": len(items), "orderedItems": items})


def mastodon_following(addresses: Iterable[str]) -> str:
    """`following_accounts.csv`."""
    rows = "".join(f"{address},true,false,\n" for address in addresses)
    return f"Account address,Show boosts,Notify on new posts,Languages\n{rows}"


def mastodon_small(*activities: Mapping[str, Any], **files: str) -> dict[str, str]:
    """The files of a small Mastodon export; further ones as `following_accounts=...`, which are CSV."""
    more = {f"{name}.csv": text for name, text in files.items()}
    return {"actor.json": json.dumps(mastodon_actor()), "outbox.json": mastodon_outbox(activities), **more}


def mastodon_archive(
    path: Path,
    *,
    posts: int = 200,
    friends: int = 40,
    followers: int = 0,
    seed: int = 1,
    packed: Literal["zip", "tar.gz"] = "zip",
    media: int = 0,
) -> Path:
    """A Mastodon export: posts, replies, boosts, and the CSV lists. Same arguments, same content."""
    rng = random.Random(seed)
    people = [f"person_{number}@{rng.choice(['other', 'third'])}.example" for number in range(friends + followers)]
    files = mastodon_small(*_activities(rng, posts), following_accounts=mastodon_following(people[:friends]))
    if followers:
        rows = ["Account address", *people[friends // 2 :][:followers]]
        files["followers.csv"] = "".join(f"{row}\n" for row in rows)
    files |= {f"media_attachments/files/{number}.png": "0" for number in range(media)}
    if packed == "zip":
        path.write_bytes(zipped(files).getvalue())
        return path
    with tarfile.open(path, "w:gz") as archive:
        for name, text in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(text.encode())
            archive.addfile(info, io.BytesIO(text.encode()))
    return path


def _activities(rng: random.Random, posts: int) -> Iterator[dict[str, Any]]:
    words = vocabulary(rng)
    step = timedelta(days=1500) / max(posts, 1)
    for number in range(1, posts + 1):
        kind = rng.random()
        if kind < 0.2:
            yield mastodon_boost(number)
            continue
        text = f"<p>{sentence(rng, words, 20)} &amp; <a href='https://example.social/tags/x'>#<span>x</span></a></p>"
        at = (NEWEST - step * (posts - number)).strftime("%Y-%m-%dT%H:%M:%SZ")
        answered = "https://other.example/users/bob/statuses/9" if kind < 0.4 else None
        yield mastodon_post(number, content=text, contentMap={"en": text}, published=at, inReplyTo=answered)


# CSV


def csv_text(rows: Iterable[Mapping[str, Any]], *, delimiter: str = ",") -> str:
    """A table as CSV."""
    table = list(rows)
    out = io.StringIO()
    writer = csv.DictWriter(out, list(table[0]), delimiter=delimiter)  # with CR LF: else it leaves a CR unquoted
    writer.writeheader()
    writer.writerows(table)
    return out.getvalue()


def csv_files(
    folder: Path, *, posts: int = 200, people: int = 60, ties: int = 300, seed: int = 1, ego: str = "ada"
) -> list[Path]:
    """`posts.csv`, `people.csv`, `ties.csv` with the documented columns; a table of no rows is left out."""
    rng = random.Random(seed)
    words = vocabulary(rng)
    names = [f"person_{number}" for number in range(max(people, 2))]
    tables = {
        "posts": [_csv_post(rng, words, number) for number in range(posts)],
        "people": [_csv_person(rng, name, ego) for name in names[:people]],
        "ties": [{"source": source, "target": target} for source, target in _csv_ties(rng, names, ties)],
    }
    folder.mkdir(parents=True, exist_ok=True)
    paths = {folder / f"{name}.csv": rows for name, rows in tables.items() if rows}
    for path, rows in paths.items():
        path.write_text(csv_text(rows), encoding="utf-8", newline="")
    return list(paths)


def _csv_post(rng: random.Random, words: list[str], number: int) -> dict[str, Any]:
    return {
        "post": number + 1,
        "created_at": (NEWEST - timedelta(hours=7 * number)).isoformat(),
        "kind": rng.choice(["post", "post", "post", "reply", "repost"]),
        "text": sentence(rng, words, rng.randint(5, 25)),
        "url": f"https://example.com/posts/{number + 1}",
        "language": "en",
        **{name: int(rng.expovariate(0.3)) for name in ("replies", "reposts", "likes", "quotes")},
        "views": int(rng.expovariate(0.01)),
    }


def _csv_person(rng: random.Random, name: str, ego: str) -> dict[str, Any]:
    counts = {name: int(rng.expovariate(0.005)) for name in ("followers", "friends", "posts")}
    relation = rng.choice(["follower", "friend", "mutual", ""])
    since = {"follower_since": "2024-03-05" if relation in ("follower", "mutual") else "", "friend_since": ""}
    shown = {"handle": name, "name": f"{name} of {ego}", "url": f"https://example.com/{name}"}
    return {"person": name, **shown, **counts, "relation": relation, **since}


def _csv_ties(rng: random.Random, names: list[str], ties: int) -> list[tuple[str, str]]:
    most = len(names) * (len(names) - 1)
    drawn: dict[tuple[str, str], None] = {}
    while len(drawn) < min(ties, most):
        source, target = rng.sample(names, 2)
        drawn[source, target] = None
    return list(drawn)


# Facebook


def as_facebook_writes(value: Any) -> Any:
    """The value with every byte of its texts' UTF-8 written as if it were a character, as Facebook does."""
    if isinstance(value, str):
        return value.encode().decode("latin-1")
    if isinstance(value, list):
        return [as_facebook_writes(each) for each in value]
    if isinstance(value, dict):
        return {as_facebook_writes(key): as_facebook_writes(each) for key, each in value.items()}
    return value


def facebook_json(value: Any) -> str:
    """A file of a Facebook export."""
    return json.dumps(as_facebook_writes(value), indent=2)


def facebook_post(timestamp: int = 1_709_647_331, text: str | None = "Hello", **fields: Any) -> dict[str, Any]:
    """One post."""
    data = [{"post": text}, {"update_timestamp": timestamp + 60}] if text is not None else []
    return {"timestamp": timestamp, "title": "Ada Example updated her status.", "data": data, **fields}


def facebook_friends(friends: Mapping[str, int], *, key: str = "friends_v2") -> str:
    """`your_friends.json`: names, and the seconds in which they became friends."""
    return facebook_json({key: [{"name": name, "timestamp": since} for name, since in friends.items()]})


def facebook_followers(names: Iterable[str]) -> str:
    """`people_who_followed_you.json`."""
    return facebook_json({"followers_v3": [{"name": name} for name in names]})


def facebook_profile(**fields: Any) -> str:
    """`profile_information.json`, with what it holds beside the name."""
    told = {
        "name": {"full_name": "Ada Exämple", "first_name": "Ada", "middle_name": "", "last_name": "Exämple"},
        "emails": {"emails": ["ada@example.social"]},
        "username": "ada.example",
        "profile_uri": "https://www.facebook.com/ada.example",
        "registration_timestamp": 1_200_000_000,
    }
    return facebook_json({"profile_v2": {**told, **fields}})


FACEBOOK_FRIENDS = "connections/friends/your_friends.json"
FACEBOOK_FOLLOWERS = "connections/followers/people_who_followed_you.json"
FACEBOOK_POSTS = "your_facebook_activity/posts/your_posts__check_ins__photos_and_videos_1.json"
FACEBOOK_PROFILE = "personal_information/profile_information/profile_information.json"


def facebook_small(*posts: Mapping[str, Any], **files: str) -> dict[str, str]:
    """The files of a small Facebook export; `friends=...` and `followers=...` add these lists."""
    names = {"friends": FACEBOOK_FRIENDS, "followers": FACEBOOK_FOLLOWERS}
    more = {names[kind]: text for kind, text in files.items()}
    return {FACEBOOK_PROFILE: facebook_profile(), FACEBOOK_POSTS: facebook_json(list(posts)), **more}


def facebook_archive(
    path: Path, *, posts: int = 200, friends: int = 40, followers: int = 0, seed: int = 1, media: int = 0
) -> Path:
    """A Facebook export of today's layout. Same arguments, same content."""
    rng = random.Random(seed)
    newest = int(NEWEST.timestamp())
    listed = {f"Persön {number}": 1_200_000_000 + 86_400 * number for number in range(friends)}
    half = posts // 2
    written = list(_facebook_posts(rng, posts, newest=newest))
    files = facebook_small(*written[:half], friends=facebook_friends(listed))
    files[FACEBOOK_POSTS.replace("_1.json", "_2.json")] = facebook_json(written[half:])
    if followers:
        files[FACEBOOK_FOLLOWERS] = facebook_followers(f"Follower {number}" for number in range(followers))
    files["your_facebook_activity/messages/inbox/bob_1/message_1.json"] = "not JSON"
    files |= {f"your_facebook_activity/posts/media/{number}.jpg": "0" for number in range(media)}
    path.write_bytes(zipped(files).getvalue())
    return path


def _facebook_posts(rng: random.Random, posts: int, *, newest: int) -> Iterator[dict[str, Any]]:
    words = vocabulary(rng)
    for number in range(posts):
        text = f"{sentence(rng, words, 20)} – #{rng.choice(words)} ☕" if rng.random() < 0.8 else None
        shared = {"external_context": {"name": "A page", "source": "example.com", "url": "https://example.com/a"}}
        more = {"attachments": [{"data": [shared]}]} if rng.random() < 0.2 else {}
        yield facebook_post(newest - 40_000 * number - rng.randrange(30_000), text, **more)


# LinkedIn


LINKEDIN_PREFACE = (
    'Notes:\n"When exporting your connection data, you may notice that some of the email addresses are missing. '
    'You will only see email addresses for connections who have allowed it, ""as they chose""."\n\n'
)
LINKEDIN_CONNECTION = ("First Name", "Last Name", "URL", "Email Address", "Company", "Position", "Connected On")
LINKEDIN_SHARE = ("Date", "ShareLink", "ShareCommentary", "SharedUrl", "MediaUrl", "Visibility")


def table_text(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A table as LinkedIn writes it, with bare line ends."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def linkedin_connection(number: int = 1, **fields: str) -> list[str]:
    """A row of `Connections.csv`."""
    told = {
        "First Name": "Bob",
        "Last Name": f"Example {number}",
        "URL": f"https://www.linkedin.com/in/Bob-Example-{number}",
        "Email Address": f"bob{number}@example.social",
        "Company": "Example, Ltd",
        "Position": "Engineer",
        "Connected On": "08 Feb 2026",
    }
    return [{**told, **fields}[column] for column in LINKEDIN_CONNECTION]


def linkedin_connections(*rows: Sequence[str], preface: str = LINKEDIN_PREFACE) -> str:
    """`Connections.csv`."""
    return preface + table_text(LINKEDIN_CONNECTION, rows)


def linkedin_share(number: int = 7_300_000_000_000_000_001, **fields: str) -> list[str]:
    """A row of `Shares.csv`."""
    link = f"https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A{number}"
    told = {"Date": "2026-07-28 20:32:32", "ShareLink": link, "ShareCommentary": "Hello", "Visibility": "PUBLIC"}
    return [{**told, **fields}.get(column, "") for column in LINKEDIN_SHARE]


def linkedin_text(text: str) -> str:
    """A post's text as LinkedIn exports it: each line in quotes of its own, within those of the cell."""
    return text.replace("\n", '"\n"')


def linkedin_profile() -> str:
    """`Profile.csv`, with what it holds beside the name."""
    header = ("First Name", "Last Name", "Maiden Name", "Address", "Birth Date", "Headline", "Summary", "Industry")
    return table_text(header, [("Ada", "Example", "", "1 Example Street", "Dec 10", "Engines", "Two\nlines", "")])


def linkedin_invitations(slug: str = "Ada-Example") -> str:
    """`Invitations.csv`."""
    header = ("From", "To", "Sent At", "Message", "Direction", "inviterProfileUrl", "inviteeProfileUrl")
    own, other = f"https://www.linkedin.com/in/{slug}", "https://www.linkedin.com/in/bob-example"
    return table_text(header, [("Ada", "Bob", "1/29/26, 2:37 PM", "private", "OUTGOING", own, other)])


def linkedin_small(*shares: Sequence[str], **files: str) -> dict[str, str]:
    """The files of a small LinkedIn export; further ones as `Connections=...`, which are CSV."""
    more = {f"{name}.csv": text for name, text in files.items()}
    return {"Profile.csv": linkedin_profile(), "Shares.csv": table_text(LINKEDIN_SHARE, shares), **more}


def linkedin_archive(path: Path, *, posts: int = 200, friends: int = 40, seed: int = 1) -> Path:
    """A LinkedIn export: posts, a tenth of them reposts, and connections. Same arguments, same content."""
    rng = random.Random(seed)
    words, links = vocabulary(rng), "https://www.linkedin.com/feed/update/urn%3Ali%3Aactivity%3A"
    reposts = posts // 10
    moments = [(NEWEST - timedelta(hours=9 * number)).strftime("%Y-%m-%d %H:%M:%S") for number in range(posts)]
    shares = [
        linkedin_share(7_300_000_000_000_000_000 - number, Date=at, ShareCommentary=linkedin_text(_lines(rng, words)))
        for number, at in enumerate(moments[reposts:])
    ]
    again = [(at, f"{links}{number}") for number, at in enumerate(moments[:reposts], 7_200_000_000_000_000_000)]
    people = [
        linkedin_connection(number, **{"Connected On": (NEWEST - timedelta(days=number)).strftime("%d %b %Y")})
        for number in range(friends)
    ]
    files = linkedin_small(*shares, Connections=linkedin_connections(*people), Invitations=linkedin_invitations())
    files |= {
        "InstantReposts.csv": table_text(("Date", "Link"), again),
        "messages.csv": "not read",
        "Email Addresses.csv": "",
    }
    path.write_bytes(zipped(files).getvalue())
    return path


def _lines(rng: random.Random, words: list[str]) -> str:
    return f'{sentence(rng, words, 10)}\n\nThey said "{rng.choice(words)}" #{rng.choice(words)}'


def main() -> None:
    """Writes one export."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("service", choices=["x", "mastodon", "bluesky", "github", "facebook", "linkedin", "csv"])
    parser.add_argument("path", type=Path)
    parser.add_argument("--posts", type=int, default=200)
    parser.add_argument("--followers", type=int, default=50)
    parser.add_argument("--friends", type=int, default=40)
    parser.add_argument("--ties", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    if given.service == "csv":
        csv_files(given.path, posts=given.posts, people=given.followers, ties=given.ties, seed=given.seed)
        return
    if given.service in ("bluesky", "github"):
        from tests.services import bluesky_exports, github_exports  # they build on this module

        apart = {"bluesky": bluesky_exports.bluesky_archive, "github": github_exports.github_archive}
        apart[given.service](given.path, posts=given.posts, friends=given.friends, seed=given.seed)
        return
    if given.service == "linkedin":
        linkedin_archive(given.path, posts=given.posts, friends=given.friends, seed=given.seed)
        return
    write = {"x": x_archive, "mastodon": mastodon_archive, "facebook": facebook_archive}[given.service]
    write(given.path, posts=given.posts, followers=given.followers, friends=given.friends, seed=given.seed)


if __name__ == "__main__":
    main()
