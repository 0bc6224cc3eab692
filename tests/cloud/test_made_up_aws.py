"""The table that tests have is quicker than moto's own, and behaves as it does."""

import pytest

from circletake.cloud.catalogue import Catalogue, Change, Put, Refused


def test_what_is_changed_after_a_transaction_was_refused_is_changed(catalogue: Catalogue) -> None:
    catalogue.transact([Put({"pk": "p", "sk": "a", "n": 1}), Put({"pk": "p", "sk": "b", "n": 1})])
    with pytest.raises(Refused):
        catalogue.transact([Change("p", "a", sets={"n": 2}), Put({"pk": "p", "sk": "b", "n": 2})])
    assert [row["n"] for row in catalogue.query("p")] == [1, 1]
    catalogue.change(Change("p", "a", sets={"n": 3}))
    assert [row["n"] for row in catalogue.query("p")] == [3, 1]
    catalogue.transact([Change("p", "b", sets={"n": 4}), Put({"pk": "p", "sk": "c", "n": 1})])
    assert [row["n"] for row in catalogue.query("p")] == [3, 4, 1]
