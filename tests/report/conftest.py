"""What the tests of reports share."""

import pytest
import snapshots


@pytest.fixture(autouse=True, scope="session")
def updated_snapshots(request: pytest.FixtureRequest) -> None:
    snapshots.UPDATE = request.config.getoption("--update-cases")
