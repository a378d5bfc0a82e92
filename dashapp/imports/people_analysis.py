"""The part of the analysis that looks at people: counts, shared followers, communities, drawings."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import asdict
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analytics import graph_traits, network
from analytics.edge_raster import NO_COLOUR, edge_raster
from analytics.findings import Candidate, of_communities, of_people
from analytics.graph_drawing import MOST, GraphDrawing, graph_drawing, to_row
from analytics.layout import force_directed
from analytics.uncertainty import NOT_TOLD

from ..services.records import ALL
from ..store import crosscheck, people, results
from ..store.rows import AccountRow
from .audience_analysis import AudienceResults, audience_results
from .findings import of_all_accounts

NAMED = ["person", "label", "handle", "n_followers", "n_friends"]
GRAPHS = {"followers": "is_follower", "friends": "is_friend"}
#: what downloads show of everyone, of whom no page has a drawing where there are lists
OF_DOWNLOADS = ("positions", "communities")
#: what does not depend on the time of the data: it stands while people and ties are the same
OF_GRAPHS = (
    "positions", "communities", "graph_picture", "graph_nodes", "graph_drawn", "graph_summary", "graph_traits",
    "brokers",
)  # fmt: skip
UNSEEN = ["friends", "posts"]  # counts of services that no graph shows


class PeopleResults(NamedTuple):
    """The frames of lists and graphs, and what may be said of people; the names of frames that stand as stored."""

    frames: dict[str, pd.DataFrame]
    candidates: list[Candidate]
    stand: tuple[str, ...] = ()


def people_results(owner: int, account: AccountRow) -> PeopleResults:
    """Measures kept with each person, and what is stored of lists and graphs."""
    read, ties = people.people(owner, account.id), people.ties(owner, account.id)
    counts = {"people": _counts(account, read)}
    if read.empty:
        return PeopleResults(counts, [])
    told = audience_results(owner, account)
    made_of = _made_of(account, read, ties, told)
    known = results.read(owner, account.id, "graph_summary", "communities")
    if account.service != ALL and _is_made_of(known.get("graph_summary"), made_of):
        groups = people.communities(owner, account.id)
        return PeopleResults(counts | told.frames, _candidates(owner, account, told, groups, known), OF_GRAPHS)
    directed = not account.mutual_ties
    measured = person_measures(read, ties, directed=directed)
    people.save_measures(owner, account.id, measured.merge(told.of_bios, on="person", how="left"))
    frames = _graphs(owner, account, read.merge(measured, on="person"), ties)
    if frames:
        frames["graph_summary"] = frames["graph_summary"].assign(made_of=made_of)
    groups = measured[["person", "community"]]
    return PeopleResults(counts | told.frames | frames, _candidates(owner, account, told, groups, frames))


def _made_of(account: AccountRow, read: pd.DataFrame, ties: pd.DataFrame, told: AudienceResults) -> str:
    """A word for all that measures of people and graphs are made of. Of times only their order counts."""
    times = pd.concat([read["ties_at"], read["asked_since"]], keys=["ties_at", "asked_since"]).rank(method="dense")
    seen = read.drop(columns=UNSEEN).assign(ties_at=times["ties_at"], asked_since=times["asked_since"])
    found = hashlib.sha256(f"{results.VERSION} {account.mutual_ties}".encode())
    for frame in (seen, ties, told.of_bios):
        found.update(results.packed(frame))
    return found.hexdigest()


def _is_made_of(summary: pd.DataFrame | None, word: str) -> bool:
    return summary is not None and "made_of" in summary and bool(summary["made_of"].eq(word).any())


def _graphs(owner: int, account: AccountRow, known: pd.DataFrame, ties: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The frames of all lists' graphs."""
    before = results.read(owner, account.id, "positions").get("positions")
    known, directed = known.assign(places=None), not account.mutual_ties
    if account.service == ALL:
        known["places"] = known["person"].map(crosscheck.places(owner))
    lists = _lists(known, ties) if account.service != ALL else ["everyone"]
    graphs = [_graph(name, known, ties, directed=directed, before=before) for name in lists]
    if graphs and len(ties) and max(len(graph["positions"]) for graph in graphs) < len(known) <= MOST:
        whole = _graph("everyone", known, ties, directed=directed, before=before)
        graphs.append({name: whole[name] for name in OF_DOWNLOADS})
    parts = {name: [graph[name] for graph in graphs if name in graph] for name in (graphs[0] if graphs else {})}
    frames = {name: pd.concat(each, ignore_index=True) for name, each in parts.items()}
    if account.service == ALL:
        frames["brokers"] = _with_services(owner, frames["brokers"], ties)
    return frames


def _candidates(
    owner: int, account: AccountRow, told: AudienceResults, groups: pd.DataFrame, frames: dict[str, pd.DataFrame]
) -> list[Candidate]:
    """What may be said of who follows back, and of communities.

    Of all services together only what communities are: they are made of ties on services, so on which somebody is, and
    at which server, or follows back on any, goes with them.
    """
    is_all, follow_back = account.service == ALL, account.tells_follow_back
    found = of_all_accounts(owner) if is_all else []
    if follow_back and not is_all:
        found += of_people(told.people, as_of=told.as_of)
    if frames:
        summary, named = frames["graph_summary"], frames["communities"]
        drawn = named[named["list"].isin(summary.loc[summary["ties"] > 0, "list"])]
        grouped = told.people.merge(groups, on="person")
        grouped = grouped.assign(server=None) if is_all else grouped
        found += of_communities(grouped, drawn, follow_back=follow_back and not is_all)
    return found


def _with_services(owner: int, brokers: pd.DataFrame, ties: pd.DataFrame) -> pd.DataFrame:
    """With the services on which brokers have ties."""
    tied = []
    for person in brokers["person"].tolist():
        others = {*ties.loc[ties["source"] == person, "target"], *ties.loc[ties["target"] == person, "source"]}
        of_others = crosscheck.tie_services(owner, person, others)
        tied.append(sorted({service for services in of_others.values() for service in services}))
    return brokers.assign(tied=pd.Series(tied, index=brokers.index, dtype=object))


def _counts(account: AccountRow, read: pd.DataFrame) -> pd.DataFrame:
    """How many followers, friends and mutuals, as the service tells, else as a complete list has them."""
    both = read["is_follower"] & read["is_friend"]
    listed = {
        "followers": int(read["is_follower"].sum()),
        "friends": int(read["is_friend"].sum()),
        "mutuals": int(both.sum()),
    }
    complete = set(account.lists)
    reported = {"followers": account.followers, "friends": account.friends}
    known = {name: listed[name] for name in reported if name in complete}
    known |= {name: n for name, n in reported.items() if n is not None}
    if complete >= {"followers", "friends"}:
        known["mutuals"] = listed["mutuals"]
    rows = [
        {
            "measure": name,
            "value": known.get(name),
            "listed": n,
            "complete": name in complete,
            "reason": None if name in known else NOT_TOLD,
        }
        for name, n in listed.items()
    ]
    return pd.DataFrame(rows).astype({"value": "float64"})


def person_measures(read: pd.DataFrame, ties: pd.DataFrame, *, directed: bool) -> pd.DataFrame:
    """One row a person; a number only where all that it counts is told."""
    measured = read[["person"]].copy()
    for name, flag in (("shared_followers", "is_follower"), ("common_friends", "is_friend")):
        listed = read[read[flag]]
        counts = network.followed_among(ties, pd.Index(listed["person"]), directed=directed)
        known = network.follows_known(listed) if directed else _either_known(listed)
        measured[name] = measured["person"].map(counts[known.to_numpy()]).astype("Int64")
    degrees = known_degrees(_here(read), ties, directed=directed).drop(columns="degree")
    groups = network.communities(network.network(ties, _alone(degrees), directed=directed))
    measured = measured.merge(degrees, on="person", how="left").merge(groups, on="person", how="left")
    return measured.astype({"community": "Int64"})


def _alone(degrees: pd.DataFrame) -> pd.Index[int]:
    """Who is known to have no tie, and not only without one that is told."""
    return pd.Index(degrees.loc[(degrees["n_followers"] == 0) & (degrees["n_friends"] == 0), "person"])


def _here(read: pd.DataFrame) -> pd.DataFrame:
    """Without those who were lost: nobody is asked about them any more."""
    return read[read["is_follower"] | read["is_friend"] | read["asked_since"].notna()]


def _either_known(people: pd.DataFrame) -> pd.Series:
    """Where ties have no direction, what one end tells is told of both."""
    return network.follows_known(people) | network.followers_known(people)


def known_degrees(people: pd.DataFrame, ties: pd.DataFrame, *, directed: bool) -> pd.DataFrame:
    """`network.degrees` within a list; followers and friends are missing where not all of them are told."""
    members = pd.Index(people["person"])
    degrees = network.degrees(network.ego_network(ties, members), members, directed=directed)
    either = None if directed else _either_known(people).to_numpy()
    for name, known_of in (("n_followers", network.followers_known), ("n_friends", network.follows_known)):
        known = known_of(people).to_numpy() if either is None else either
        degrees[name] = degrees[name].astype("Int64").where(known)
    return degrees


def _lists(read: pd.DataFrame, ties: pd.DataFrame) -> list[str]:
    named = [name for name, flag in GRAPHS.items() if read[flag].any()]
    return named or (["everyone"] if len(ties) else [])


def _graph(
    name: str, known: pd.DataFrame, ties: pd.DataFrame, *, directed: bool, before: pd.DataFrame | None
) -> dict[str, pd.DataFrame]:
    """The drawing of a list's graph: all persons laid out, and as many kept for the page as it can show."""
    alters = known[known[GRAPHS[name]]] if name in GRAPHS else known
    people = pd.Index(alters["person"])
    net = network.network(network.ego_network(ties, people), people, directed=directed)
    positions = force_directed(net, start=None if before is None or before.empty else before[before["list"] == name])
    degrees = known_degrees(alters, ties, directed=directed)
    nodes = alters.drop(columns=["n_followers", "n_friends"]).merge(degrees, on="person")
    nodes = nodes.merge(positions, on="person").assign(label=nodes["name"].fillna(nodes["handle"]))
    groups = nodes.loc[nodes["community"].notna(), ["person", "community"]].astype("int64")
    named = network.community_names(net, groups, nodes[["person", "name", "handle"]])
    nodes = nodes.assign(colour=_colours(nodes["community"], named))
    links = pd.DataFrame(net.people.to_numpy()[net.links], columns=["source", "target"])
    drawing = graph_drawing(nodes.nlargest(MOST, "degree", keep="first"), links)
    by_id = nodes.set_index("person")
    traits = graph_traits.graph_traits(drawing.person, by_id)
    summary: dict[str, Any] = {
        "people": len(nodes),
        "services": traits.services,
        "followers_told": int((traits.followers >= 0).sum()),
        "shown": len(drawing.person),
        "ties": len(net.ties),
        "ties_shown": len(drawing.ties),
        "known": int((network.follows_known(alters) if directed else _either_known(alters)).sum()),
        **_known_summary(alters, ties, directed=directed),
    }
    best = drawing.person[len(drawing.person) - drawing.named :]
    frames = {
        "graph_picture": _raster(drawing),
        "graph_nodes": by_id.loc[best].reset_index()[NAMED],
        "graph_drawn": pd.DataFrame([to_row(drawing)]),
        "graph_summary": pd.DataFrame([summary]),
        "communities": named.merge(_middles(nodes, drawing.unit), on="community", how="left"),
        "positions": positions.assign(degree=net.degree),
        "graph_traits": pd.DataFrame([graph_traits.to_row(traits)]),
        "brokers": _brokers(net, groups, nodes),
    }
    return {key: frame.assign(list=name) for key, frame in frames.items()}


def _brokers(net: network.Network, groups: pd.DataFrame, nodes: pd.DataFrame) -> pd.DataFrame:
    """Who connects communities, and services, with what they are called."""
    by_id = nodes.set_index("person")
    several = by_id.index[by_id["places"].map(len, na_action="ignore") > 1]
    found = network.brokers(net, groups, several=several)
    return found.assign(label=found["person"].map(by_id["label"]))


def _known_summary(alters: pd.DataFrame, ties: pd.DataFrame, *, directed: bool) -> dict[str, float]:
    """The network in a few numbers, among those who are told in full; undefined where these are no two people."""
    members = pd.Index(alters.loc[network.mutually_known(alters), "person"])
    n = len(members) if len(members) > 1 else 0
    summary = network.summary(network.ego_network(ties, members), n, directed=directed)
    return {"mutually_known": len(members), **asdict(summary)}


def _colours(community: pd.Series, communities: pd.DataFrame) -> pd.Series:
    """The largest communities have a colour each, all others share one."""
    by_size = communities.sort_values(["people", "community"], ascending=[False, True])["community"]
    ranks = pd.Series(range(len(by_size)), index=by_size)
    return community.map(ranks).astype("float64").fillna(NO_COLOUR).clip(upper=NO_COLOUR).astype("int64")


def _middles(nodes: pd.DataFrame, unit: float) -> pd.DataFrame:
    """Where the middle of each community is in the drawing."""
    of_any = nodes[nodes["community"].notna()].astype({"community": "int64"})
    return (of_any.groupby("community")[["x", "y"]].median() * unit).round().reset_index()


def _raster(drawing: GraphDrawing) -> pd.DataFrame:
    """One row with the picture of the ties, its lines compressed as in a PNG; no row where lines will do."""
    columns = ["left", "right", "bottom", "top", "lines"]
    if drawing.as_lines:
        return pd.DataFrame(columns=columns)
    raster = edge_raster(np.column_stack([drawing.x, drawing.y]), drawing.ties, drawing.colour)
    scanlines = np.pad(raster.cells, ((0, 0), (1, 0)))  # each begins with the number of its filter: none
    lines = zlib.compress(scanlines.tobytes(), 9)
    return pd.DataFrame([(raster.left, raster.right, raster.bottom, raster.top, lines)], columns=columns)
