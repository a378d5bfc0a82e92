"""Where people stand in a drawing of their network: force-directed positions that are the same at every run."""

from analytics.layout.drawing import force_directed
from analytics.layout.spacing import node_radii

__all__ = ["force_directed", "node_radii"]
