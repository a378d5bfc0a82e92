"""How persons of a downloaded graph are drawn."""

from __future__ import annotations

from flask import Flask

from dashapp.dashboard.export_contents import graph
from dashapp.imports.analysis import analyse
from dashapp.services.records import Batch
from dashapp.store import accounts, users
from tests.records import follower, friend, merged, ties


def test_everyone_stands_where_the_list_that_holds_them_all_has_them(app: Flask) -> None:
    with app.app_context():
        owner = users.add_user("Ada", "!")
        people = [follower("a"), follower("b"), *map(friend, "abcd")]
        account, _ = merged(owner, Batch(people=people, ties=ties("ab", "bc", "cd")))
        list(analyse(owner, account))
        row = accounts.account(owner, account)
        assert row is not None

        nodes = list(graph("everyone", owner, row, day=row.data_day("UTC")).nodes)

    assert {node.key for node in nodes if node.x is not None} == set("abcd")
