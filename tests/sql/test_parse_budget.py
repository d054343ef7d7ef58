"""Limits of a budget directive."""

import pytest

from confiture.errors import ConfigError
from confiture.model.profile import Budget, LockMode
from confiture.sql.directives import parse_budget


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Budget()),
        ("max=2s", Budget(max_seconds=2)),
        ("max<=200ms rewrite=no", Budget(max_seconds=0.2, rewrite=False)),
        ("lock<=ShareUpdateExclusive, scan = no", Budget(max_lock=LockMode.SHARE_UPDATE_EXCLUSIVE, scan=False)),
        ("max = 1min , rewrite=yes,scan=yes", Budget(max_seconds=60)),
    ],
)
def test_reads_limits(text: str, expected: Budget) -> None:
    assert parse_budget(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("fast please", "budget: cannot read 'fast please'; the limits are max=2s, lock<=MODE, rewrite=no, scan=no"),
        ("max=2s speed=3", "budget: cannot read 'speed=3'"),
        ("max=soon", "budget: cannot read the time 'soon'; write 200ms, 2s or 1min"),
        ("lock<=Everything", "budget: 'Everything' is not a lock mode; the modes are AccessShare, RowShare"),
        ("rewrite=never", "budget: rewrite is yes or no, not 'never'"),
        ("scan=0", "budget: scan is yes or no, not '0'"),
        ("max", "budget: cannot read 'max'"),
    ],
)
def test_says_what_it_cannot_read(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_budget(text)
    assert str(caught.value).startswith(message)
