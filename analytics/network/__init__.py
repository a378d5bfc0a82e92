"""How the people around an account hang together. Ties are rows "source follows target"."""

from analytics.network.centrality import betweenness, betweenness_interval
from analytics.network.community import brokers, communities, community_names
from analytics.network.graph import Network, network, seeded_igraph
from analytics.network.known import followers_known, follows_known, mutually_known
from analytics.network.structure import Summary, degrees, summary
from analytics.network.ties import ego_network, followed_among, reciprocity

__all__ = [
    "Network",
    "Summary",
    "betweenness",
    "betweenness_interval",
    "brokers",
    "communities",
    "community_names",
    "degrees",
    "ego_network",
    "followed_among",
    "followers_known",
    "follows_known",
    "mutually_known",
    "network",
    "reciprocity",
    "seeded_igraph",
    "summary",
]
