"""What a learner still remembers, and what to ask again: replayed from the log by fsrs.

The log holds only what happened: which question, when, right or not. How memory fades is the library's model.
So another version of it loses nothing. Its optimizer is left alone: it needs a thousand answers and torch.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from course.content import catalog, questions
from course.content.questions import Question
from course.workspace import progress

if TYPE_CHECKING:
    from fsrs import Card, Scheduler

# A question is due when the model thinks that one in five would be forgotten. In the simulation of
# `course author practice`, 0.7 and 0.9 keep fewer topics with the same pages a day.
RETENTION = 0.8
FEWEST, MOST, MINUTES = 5, 8, 10  # questions of one review, and its length at most
_KEPT_FREE = 1.5  # minutes for each question that is still missing to FEWEST: a short one
EVENT, GONE = "review", "review-gone"
Log = Iterable[dict[str, Any]]


@dataclass
class Memory:
    """One question, and what the learner's answers say about it; `answers`: when, and whether right."""

    question: Question
    answers: list[tuple[datetime, bool]] = field(default_factory=list)
    card: "Card | None" = None

    @property
    def known(self) -> bool:
        """Whether the last answer was right."""
        return bool(self.answers) and self.answers[-1][1]

    def due(self, now: datetime) -> bool:
        """Whether it should be asked today: never answered, or likely to be forgotten, as RETENTION says."""
        return self.card is None or self.card.due.date() <= now.date()

    def remembered(self, now: datetime) -> float:
        """The model's probability, 0 to 1, that the learner would answer right now."""
        return scheduler().get_card_retrievability(self.card, now) if self.card else 0.0

    def answer(self, when: datetime, right: bool) -> None:
        """Count an answer. Only the first of a day counts: the second one has just been told."""
        from fsrs import Card, Rating

        if self.answers and self.answers[-1][0].date() == when.date():
            return
        self.answers.append((when, right))
        card = self.card or Card(card_id=0)
        self.card, _ = scheduler().review_card(card, Rating.Good if right else Rating.Again, when)


@cache
def scheduler() -> "Scheduler":
    """The library's, in whole days and without chance: two looks at one log agree."""
    from fsrs import Scheduler

    return Scheduler(
        desired_retention=RETENTION, learning_steps=(), relearning_steps=(), enable_fuzzing=False
    )


def memories(log: Log | None = None) -> list[Memory]:
    """The questions of all lessons that were opened, in the course's order, with the answers given so far.

    `log`: the events of a progress log, the learner's own unless given.
    """
    events = list(progress.events() if log is None else log)
    opened = {each["id"] for each in events if each["event"] == "lesson"}
    found = {each.id: Memory(each) for each in questions.questions()}
    asked = {(each.lesson, each.predict): each.id for each in questions.questions() if each.predict}
    for each, when, right in _answers(events):
        again = each["event"] == EVENT
        known = found.get(_id(each) if again else asked.get((each["id"], each["question"]), ""))
        # A lesson that is run again compares the guess that it remembers: only the first time was one asked.
        if known and (again or not known.answers):
            known.answer(when, right)
    return [each for each in found.values() if each.answers or each.question.lesson in opened]


def _answers(events: Log) -> Iterator[tuple[dict[str, Any], datetime, bool]]:
    """The entries that settle a question, oldest first; one that somebody has damaged is left out."""
    for each in events:
        if each["event"] not in (EVENT, "guess") or not isinstance(each.get("question"), str):
            continue
        try:
            when = datetime.fromisoformat(each["at"]).astimezone(UTC)
        except (KeyError, TypeError, ValueError):
            continue
        if isinstance(each.get("right"), bool):
            yield each, when, each["right"]


def _id(entry: dict[str, Any]) -> str:
    return f"{entry['id']} {entry['question']}"


def answered(day: date, log: Log | None = None) -> list[bool]:
    """The answers of reviews on a day (UTC), right or not, the first to each question."""
    events = progress.events() if log is None else log
    first: dict[str, bool] = {}
    for each, when, right in _answers(events):
        if each["event"] == EVENT and when.date() == day:
            first.setdefault(_id(each), right)
    return list(first.values())


def record(question: Question, chosen: str, *, right: bool) -> str:
    """Log an answer of a review; "" or a sentence for the learner when it could not be saved."""
    return progress.record(EVENT, question.lesson, question=question.name, chosen=chosen, right=right)


def due(now: datetime, log: Log | None = None) -> list[Memory]:
    """What should be asked: what was answered wrong, then what is nearly forgotten, then what is new."""
    return _urgent([each for each in memories(log) if each.due(now)], now)


def _urgent(waiting: list[Memory], now: datetime) -> list[Memory]:
    return sorted(waiting, key=lambda each: (not each.answers, each.known, each.remembered(now)))


def chosen(now: datetime, log: Log | None = None) -> list[Memory]:
    """What a review asks now: the weeks take turns, each with its most urgent questions.

    At most MOST questions and MINUTES. With fewer than FEWEST due, those that come next fill the page; there
    is none at all when nothing is due.
    """
    known = memories(log)
    waiting = _urgent([each for each in known if each.due(now)], now)
    if waiting and len(waiting) < FEWEST:
        soon = [each for each in known if not each.due(now)]
        waiting += _urgent(soon, now)[: FEWEST - len(waiting)]
    return _of_a_page(_in_turns(waiting))


def _in_turns(urgent: list[Memory]) -> list[Memory]:
    """One of each week, then a second one of each, …; the week with the most urgent one begins."""
    weeks: dict[int, list[Memory]] = {}
    for memory in urgent:
        weeks.setdefault(catalog.lesson(memory.question.lesson).week, []).append(memory)
    rounds = max(map(len, weeks.values()), default=0)
    return [held[turn] for turn in range(rounds) for held in weeks.values() if turn < len(held)]


def _of_a_page(order: list[Memory]) -> list[Memory]:
    """As many as fit on a page, in this order; one that is too long for what is left waits for another."""
    taken: list[Memory] = []
    for memory in order:
        kept = _KEPT_FREE * max(0, FEWEST - 1 - len(taken))
        total = sum(each.question.minutes for each in [*taken, memory])
        if len(taken) < MOST and total + kept <= MINUTES:
            taken.append(memory)
    return taken


def minutes(asked: list[Memory]) -> int:
    """How long these take, in whole minutes."""
    return round(sum(each.question.minutes for each in asked))


def gone(log: Log | None = None) -> list[str]:
    """Ids of questions that the learner answered and the course no longer has, but for those told before."""
    events = list(progress.events() if log is None else log)
    told = {_id(each) for each in events if each["event"] == GONE and isinstance(each.get("question"), str)}
    answered = dict.fromkeys(_id(each) for each, _, _ in _answers(events) if each["event"] == EVENT)
    present = {each.id for each in questions.questions()}
    return [each for each in answered if each not in present | told]


def tell_gone(ids: Iterable[str]) -> None:
    """Log that the learner was told of questions that are gone, so that it is said once."""
    for each in ids:
        lesson, _, name = each.partition(" ")
        progress.record(GONE, lesson, question=name)


def in_a_line(now: datetime | None = None) -> str:
    """What is due, in one line; "" when nothing is."""
    now = now or datetime.now(UTC)
    number = len(due(now))
    if not number:
        return ""
    many = f"{number} questions are" if number > 1 else "1 question is"
    page = chosen(now)
    asks = f"{len(page)} of them, " if len(page) < number else ""
    return f"{many} due for a review: `course review` in a terminal asks {asks}about {minutes(page)} minutes."


def next_days(now: datetime, days: int, log: Log | None = None) -> list[int]:
    """How many questions come due on each of the next days, today first."""
    ends = [now + timedelta(days=day) for day in range(days)]
    known = memories(log)
    totals = [sum(each.due(end) for each in known) for end in ends]
    return [total - before for total, before in zip(totals, [0, *totals], strict=False)]


def topics(now: datetime, log: Log | None = None) -> dict[str, tuple[int, int, int]]:
    """By topic: its questions, how many of them the learner remembers now, and how many are due.

    Remembered: the last answer was right, and it is not due yet. All topics that a question has are there.
    """
    counts = {topic: [0, 0, 0] for each in questions.questions() for topic in each.topics}
    for each in questions.questions():
        for topic in each.topics:
            counts[topic][0] += 1
    for memory in memories(log):
        for topic in memory.question.topics:
            counts[topic][1] += memory.known and not memory.due(now)
            counts[topic][2] += memory.due(now)
    return {topic: (asked, known, waiting) for topic, (asked, known, waiting) in counts.items()}
