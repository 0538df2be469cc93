"""Settings: a bad one is named, and its value is not told."""

import pytest

from app.settings import BadSettings, read_settings

BAD = {
    "DATABASE_URL": "mysql://ada:not-a-real-password@localhost/blog",
    "METRICS_TOKEN": "not-a-real-secret-too-short",
    "POOL_SIZE": "-7",
}


@pytest.mark.parametrize(("name", "value"), BAD.items())
def test_a_bad_setting_is_named_and_not_told(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadSettings) as refused:
        read_settings()
    assert name in str(refused.value)
    assert value not in str(refused.value)
