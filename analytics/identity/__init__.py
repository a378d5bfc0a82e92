"""The same person on several services: pairs with their probability and evidence, and the persons that they make."""

from analytics.identity.evidence import CODES
from analytics.identity.grouping import persons
from analytics.identity.matching import LIKELY, matches

__all__ = ["CODES", "LIKELY", "matches", "persons"]
