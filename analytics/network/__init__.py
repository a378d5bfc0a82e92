"""How the people around an account hang together. Ties are rows "source follows target"."""

from analytics.network.centrality import betweenness
from analytics.network.community import brokers, communities, community_names
from analytics.network.graph import Network, network, seeded_igraph
from analytics.network.structure import Summary, degrees, summary
from analytics.network.ties import ego_network, followed_among, reciprocity
from analytics.network.told import followers_told, follows_told, mutually_told

__all__ = [
    "Network",
    "Summary",
    "betweenness",
    "brokers",
    "communities",
    "community_names",
    "degrees",
    "ego_network",
    "followed_among",
    "followers_told",
    "follows_told",
    "mutually_told",
    "network",
    "reciprocity",
    "seeded_igraph",
    "summary",
]
