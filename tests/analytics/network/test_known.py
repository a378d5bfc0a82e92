import networkx as nx
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from analytics.network import followers_known, follows_known, mutually_known

moments = st.one_of(st.none(), st.integers(0, 5))


def told(rows):
    """People by the day until which of them, and since which about them, it was asked."""
    days = [[day if day is None else pd.Timestamp(2026, 1, 1 + day, tz="UTC") for day in row] for row in rows]
    return pd.DataFrame(days, columns=["asked_since", "ties_at"]).astype("datetime64[us, UTC]")


def knows(rows, source, target):
    """Whether it is told if one follows the other."""
    asked, ties = rows[target][0], rows[source][1]
    return asked is not None and ties is not None and ties >= asked


@given(st.lists(st.tuples(moments, moments), max_size=8))
def test_what_is_told_agrees_with_looking_at_every_pair(rows):
    everybody = range(len(rows))
    pairs = [(a, b) for a in everybody for b in everybody if a < b and knows(rows, a, b) and knows(rows, b, a)]
    itself = [n for n in everybody if knows(rows, n, n)]
    graph = nx.Graph(pairs)
    graph.add_nodes_from(itself)
    largest = max(map(len, nx.find_cliques(graph.subgraph(itself))), default=0)

    people = told(rows)
    group = mutually_known(people)

    assert follows_known(people).tolist() == [all(knows(rows, n, other) for other in everybody) for n in everybody]
    assert followers_known(people).tolist() == [all(knows(rows, other, n) for other in everybody) for n in everybody]
    assert sum(group) == largest
    assert all(knows(rows, a, b) for a in everybody for b in everybody if group[a] and group[b])
