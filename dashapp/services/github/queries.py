"""What is asked of GitHub's GraphQL interface."""

from __future__ import annotations

from collections.abc import Sequence

POSTS = 100  # items of a kind in one answer
PEOPLE = 50  # persons in one answer, each with up to `FOLLOWS` follows
FOLLOWS = 100
MORE = 40  # persons whose further follows are asked for in one call
KINDS = ("issues", "pullRequests", "issueComments", "repositoryDiscussions")
#: lists of persons, by the word GitHub has for them
LISTS = {"followers": "followers", "friends": "following"}

_ORDERS = {
    "issues": "CREATED_AT",
    "pullRequests": "CREATED_AT",
    "issueComments": "UPDATED_AT",  # there is no other
    "repositoryDiscussions": "CREATED_AT",
}
_COUNTS = "comments { totalCount } reactions { totalCount }"
_FIELDS = {
    "issues": f"title bodyText {_COUNTS}",
    "pullRequests": f"title bodyText {_COUNTS}",
    "issueComments": "updatedAt bodyText reactions { totalCount }",
    "repositoryDiscussions": f"title bodyText {_COUNTS}",
}
_PAGE = "pageInfo { hasNextPage endCursor }"
_SELF = "bio websiteUrl twitterUsername socialAccounts(first: 5) { nodes { url } }"  # GitHub lets people name four
_PROFILE = "login databaseId name bio url createdAt followers { totalCount } following { totalCount }"


def profile_query(kinds: Sequence[str] = KINDS, *, own: bool = False) -> str:
    """The account with its counts; `own`: whose token it is."""
    counts = " ".join(f"{kind} {{ totalCount }}" for kind in kinds)
    fields = f"{_PROFILE} {counts}"
    return f"{{ user: viewer {{ {fields} }} }}" if own else _of_user(fields)


def posts_query(kinds: Sequence[str], *, bare: bool = False) -> str:
    """A page of each kind of post behind that kind's cursor; `bare`: only where the next one begins."""
    pages = (
        f"{kind}(first: $first, after: ${kind}, orderBy: {{field: {_ORDERS[kind]}, direction: DESC}}) "
        f"{{ totalCount {_PAGE}{'' if bare else _nodes_of(kind)} }}"
        for kind in kinds
    )
    return _of_user(f"databaseId {' '.join(pages)}", "$first: Int!", *(f"${kind}: String" for kind in kinds))


def _nodes_of(kind: str) -> str:
    return f" nodes {{ url createdAt repository {{ isPrivate }} {_FIELDS[kind]} }}"


def people_query(relation: str, *, bare: bool = False) -> str:
    """A page of followers or friends, with the counts of each person and the first of whom they follow; or `bare`."""
    person = f"id databaseId login name url createdAt {_SELF} followers {{ totalCount }} {_following()}"
    nodes = "" if bare else f" nodes {{ {person} }}"
    page = f"{LISTS[relation]}(first: $first, after: $after) {{ totalCount {_PAGE}{nodes} }}"
    return _of_user(f"databaseId {page}", "$first: Int!", "$after: String")


def follows_query(number: int) -> str:
    """Further follows of that many persons at once."""
    variables = ", ".join(f"$id{at}: ID!, $after{at}: String" for at in range(number))
    parts = (
        f"u{at}: node(id: $id{at}) {{ ... on User {{ {_following(f', after: $after{at}')} }} }}" for at in range(number)
    )
    return f"query({variables}) {{ {' '.join(parts)} }}"


def _following(behind: str = "") -> str:
    return f"following(first: {FOLLOWS}{behind}) {{ totalCount {_PAGE} nodes {{ databaseId }} }}"


def _of_user(fields: str, *variables: str) -> str:
    return f"query({', '.join(('$login: String!', *variables))}) {{ user(login: $login) {{ {fields} }} }}"
