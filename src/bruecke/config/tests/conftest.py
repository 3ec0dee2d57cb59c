"""Fixtures of the operator's commands."""

import pytest

from bruecke.config.tests.installations import Installation, copy_of_prepared


@pytest.fixture
def installation(tmp_path) -> Installation:
    """An installation that is set up, with the published district `erzgebirge` and an invited administrator."""
    return copy_of_prepared(tmp_path / "data")


@pytest.fixture
def elsewhere(tmp_path) -> Installation:
    """A data folder with nothing in it."""
    return Installation(tmp_path / "elsewhere")
