"""As much of Valkey as Postboard uses, in this process, with a clock that tests move."""

from typing import Any, Self

from redis.exceptions import ConnectionError as NoValkey


class FakeValkey:
    """Values, and when each of them ends. `gone`: it responds to nobody."""

    def __init__(self) -> None:
        self.now, self.gone, self.asked = 0.0, False, 0
        self.values: dict[str, Any] = {}
        self.ends: dict[str, float] = {}
        self.said: list[str] = []

    def look(self) -> None:
        self.asked += 1
        if self.gone:
            raise NoValkey
        for key in [key for key, end in self.ends.items() if end <= self.now]:
            del self.values[key], self.ends[key]

    async def get(self, key: str) -> Any:
        self.look()
        return self.values.get(key)

    async def set(self, key: str, value: Any, px: int, nx: bool = False) -> bool | None:
        self.look()
        if nx and key in self.values:
            return None
        self.values[key], self.ends[key] = value, self.now + px / 1000
        return True

    async def incr(self, key: str) -> int:
        self.look()
        self.values[key] = int(self.values.get(key, 0)) + 1
        return int(self.values[key])

    async def delete(self, key: str) -> None:
        self.look()
        self.values.pop(key, None)
        self.ends.pop(key, None)

    async def publish(self, channel: str, text: str) -> None:
        self.look()
        self.said.append(text)

    def pipeline(self, transaction: bool) -> "Steps":
        assert transaction, "between two commands, somebody else has a turn"
        return Steps(self)

    async def aclose(self) -> None:
        """Nothing is open."""


class Steps:
    """Commands that are done together, when `execute` is called."""

    def __init__(self, valkey: FakeValkey) -> None:
        self.valkey, self.key, self.seconds, self.done = valkey, "", 0, [""]

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        """Nothing is open."""

    def incr(self, key: str) -> Self:
        self.key = key
        self.done = ["incr"]
        return self

    def expire(self, key: str, seconds: int, nx: bool) -> Self:
        assert key == self.key and nx, "an old count gets no new end"
        self.seconds = seconds
        self.done.append("expire")
        return self

    def ttl(self, key: str) -> Self:
        assert key == self.key
        self.done.append("ttl")
        return self

    async def execute(self) -> list[Any]:
        assert self.done == ["incr", "expire", "ttl"]
        valkey = self.valkey
        number = await valkey.incr(self.key)
        end = valkey.ends.setdefault(self.key, valkey.now + self.seconds)
        return [number, number == 1, round(end - valkey.now)]
