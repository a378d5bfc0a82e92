"""How the people around an account hang together. Ties are rows "source follows target"."""

from analytics.network.centrality import betweenness
from analytics.network.community import brokers, communities, community_names
from analytics.network.graph import Network, network, seeded_igraph
from analytics.network.structure import Summary, degrees, summary
from analytics.network.ties import common_friends, ego_network, reciprocity, shared_followers

__all__ = [
    "Network",
    "Summary",
    "betweenness",
    "brokers",
    "common_friends",
    "communities",
    "community_names",
    "degrees",
    "ego_network",
    "network",
    "reciprocity",
    "seeded_igraph",
    "shared_followers",
    "summary",
]
