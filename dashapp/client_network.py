"""Where clients come from, as it is counted."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network


def network(address: str) -> str:
    """The address; of IPv6 the network, for everybody has 2^64 addresses of their own."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:  # a server on a Unix socket
        return address
    if isinstance(parsed, IPv6Address):  # a socket for both kinds gives an IPv4 address inside an IPv6 one
        return str(parsed.ipv4_mapped or ip_network((parsed, 64), strict=False))
    return address
