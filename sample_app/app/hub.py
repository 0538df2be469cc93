"""Who listens in this process, and to what."""

from collections.abc import Iterator
from contextlib import contextmanager

from anyio import WouldBlock, create_memory_object_stream
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream

Message = dict[str, int | str]  # small: what it tells of is a row of the database
Messages = MemoryObjectReceiveStream[Message]
MOST_WAITING = 100
POSTS = "posts"


def comments_of(post_id: int) -> str:
    """The topic of the comments of one post."""
    return f"comments-{post_id}"


class Hub:
    """Hands each message to all who listen to its topic. Nobody is waited for."""

    def __init__(self) -> None:
        self._topics: dict[str, set[MemoryObjectSendStream[Message]]] = {}

    @contextmanager
    def subscribe(self, topic: str) -> Iterator[Messages]:
        """The messages from now on. They end when too many of them wait to be read."""
        sender, messages = create_memory_object_stream[Message](MOST_WAITING)
        self._topics.setdefault(topic, set()).add(sender)
        with messages:
            try:
                yield messages
            finally:
                self._drop(topic, sender)

    def deliver(self, topic: str, message: Message) -> None:
        """Hand a message to the listeners in this process; who is too slow is dropped."""
        for sender in tuple(self._topics.get(topic, ())):
            try:
                sender.send_nowait(message)
            except WouldBlock:
                self._drop(topic, sender)

    def listeners(self) -> int:
        """How many listen at the moment."""
        return sum(map(len, self._topics.values()))

    def end_all(self) -> None:
        """End all streams: their clients come again, and read what they have missed."""
        for topic, senders in tuple(self._topics.items()):
            for sender in senders:
                self._drop(topic, sender)

    def _drop(self, topic: str, sender: MemoryObjectSendStream[Message]) -> None:
        sender.close()  # the listener reads what still waits, and then the end
        if senders := self._topics.pop(topic, set()) - {sender}:
            self._topics[topic] = senders


hub = Hub()
