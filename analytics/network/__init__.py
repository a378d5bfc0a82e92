"""How the people around an account hang together. Ties are rows "source follows target"."""

from analytics.network.centrality import betweenness, clustering, k_core, pagerank
from analytics.network.community import brokers, communities, community_names, modularity
from analytics.network.graph import Network, network, seeded_igraph
from analytics.network.structure import Summary, best_connected, degree_distribution, degrees, density, summary
from analytics.network.ties import common_friends, ego_network, mutual_ties, reciprocity, shared_followers

__all__ = [
    "Network",
    "Summary",
    "best_connected",
    "betweenness",
    "brokers",
    "clustering",
    "common_friends",
    "communities",
    "community_names",
    "degree_distribution",
    "degrees",
    "density",
    "ego_network",
    "k_core",
    "modularity",
    "mutual_ties",
    "network",
    "pagerank",
    "reciprocity",
    "seeded_igraph",
    "shared_followers",
    "summary",
]
