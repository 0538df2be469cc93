"""Checks of the exercises of lesson 8.5."""

from itertools import islice

from course.checks import exercise, expect, on_a_loop, require


@exercise(
    "8.5a",
    hints=[
        "Which of kind, id and data begin anew with each event?",
        "`str.partition` splits at the first colon, `removeprefix` takes one space away.",
        "A loop over the lines; an empty line stores what was collected, if there is data.",
    ],
)
class TestReadEvents:
    def test_an_empty_line_ends_an_event(self, read_events):
        lines = ["event: post", "id: 7", "data: {}", "", "event: vote", "id: 8", "data: 1", ""]
        expect(read_events(lines), [("post", "7", "{}"), ("vote", "8", "1")], tried=f"read_events({lines})")

    def test_what_has_not_ended_is_no_event(self, read_events):
        lines = ["data: whole", "", "data: half"]
        expect(read_events(lines), [("message", None, "whole")], tried=f"read_events({lines})")

    def test_comments_are_ignored(self, read_events):
        lines = [": ping", "", ":data: no", "data: yes", ": data: no", ""]
        expect(read_events(lines), [("message", None, "yes")], tried=f"read_events({lines})")

    def test_one_space_after_the_colon_is_not_part_of_the_value(self, read_events):
        for line, value in {"data:tea": "tea", "data:  tea ": " tea ", "data: a: b:c": "a: b:c"}.items():
            expect(read_events([line, ""]), [("message", None, value)], tried=f"read_events({[line, '']})")

    def test_lines_of_data_are_joined(self, read_events):
        lines = ["data: a", "event: post", "data: b", "data:", ""]
        expect(read_events(lines), [("post", None, "a\nb\n")], tried=f"read_events({lines})")

    def test_an_event_without_data_is_left_out(self, read_events):
        lines = ["event: post", "id: 1", "", "", "data: x", ""]
        expect(read_events(lines), [("message", "1", "x")], tried=f"read_events({lines})")

    def test_without_a_line_event_the_kind_is_message(self, read_events):
        lines = ["event: post", "data: a", "", "data: b", ""]
        found = [kind for kind, _, _ in read_events(lines)]
        expect(found, ["post", "message"], tried=f"the kinds of read_events({lines})")

    def test_an_id_counts_until_another_comes(self, read_events):
        lines = ["data: a", "", "id: 1", "data: b", "", "data: c", "", "data: d", "id: 2", ""]
        found = [known for _, known, _ in read_events(lines)]
        expect(found, [None, "1", "1", "2"], tried=f"the ids of read_events({lines})")


@exercise(
    "8.5b",
    hints=[
        "Who decides that a listener is too slow: its own read(), or the board?",
        "In tell(), look at how many messages wait before you add one.",
        "A class for the listener (a list, closed, read) and one for the board.",
    ],
)
class TestBoard:
    def test_each_listener_gets_each_message(self, Board):
        board = Board(3)
        first, second = board.join(), board.join()
        require(first is not second, tried="two calls of board.join()", expected="two listeners", got="one")
        board.tell("a")
        third = board.join()
        board.tell("b")
        found = [first.read(), second.read(), third.read()]
        expect(found, [["a", "b"], ["a", "b"], ["b"]], tried='join, join, tell("a"), join, tell("b")')

    def test_what_was_read_is_forgotten(self, Board):
        board = Board(2)
        listener = board.join()
        found = [listener.read()]
        for message in "abc":
            board.tell(message)
            found.append(listener.read())
        expect((found, listener.closed), ([[], ["a"], ["b"], ["c"]], False), tried="read() after each tell()")

    def test_who_is_too_slow_is_closed(self, Board):
        board = Board(2)
        slow = board.join()
        closed = [slow.closed]
        for message in "abc":
            board.tell(message)
            closed.append(slow.closed)
        expect(closed, [False, False, False, True], tried="closed, at first and after each of three tell()")

    def test_a_closed_listener_gives_what_waited_and_gets_no_more(self, Board):
        board = Board(2)
        slow = board.join()
        for message in "abc":
            board.tell(message)
        found = [slow.read()]
        board.tell("d")
        found.append(slow.read())
        expect(found, [["a", "b"], []], tried='tell("a"), ("b"), ("c"), read(), tell("d"), read()')

    def test_the_others_get_the_message(self, Board):
        board = Board(1)
        before, slow, after = board.join(), board.join(), board.join()
        board.tell("a")
        before.read(), after.read()
        board.tell("b")
        found = [before.read(), after.read(), before.closed, after.closed, slow.closed]
        expect(found, [["b"], ["b"], False, False, True], tried="one of three listeners does not read")

    def test_count_is_the_number_of_open_listeners(self, Board):
        board = Board(1)
        found = [board.count()]
        slow, other = board.join(), board.join()
        found.append(board.count())
        board.tell("a")
        other.read()
        board.tell("b")
        found.append(board.count())
        expect(found, [0, 2, 1], tried="count(): at first, after two join(), after one was closed")
        require(slow.closed, tried="closed of the one that did not read", expected=True, got=slow.closed)

    def test_who_leaves_is_closed_once(self, Board):
        board = Board(2)
        gone, other = board.join(), board.join()
        board.tell("a")
        board.leave(gone)
        board.leave(gone)
        board.tell("b")
        found = [gone.closed, other.closed, board.count(), gone.read(), other.read()]
        expect(found, [True, False, 1, ["a"], ["a", "b"]], tried="leave() twice with one of two listeners")


def heard(Reader, *ids):
    reader = Reader()
    for each in ids:
        reader.hear(each)
    return reader


@exercise(
    "8.5c",
    hints=[
        "Post 2 is committed before post 1. What does the client do with post 1?",
        "What does the client know for certain about a post that it has not shown?",
        "Ask whether the id was shown, and store what was heard last in any case.",
    ],
)
class TestReader:
    def test_a_smaller_id_can_be_new(self, Reader):
        expect(heard(Reader, 2, 1, 3).shown, [2, 1, 3], tried="hear(2), hear(1), hear(3): shown")

    def test_each_post_is_shown_once(self, Reader):
        expect(
            heard(Reader, 5, 4, 4, 5, 6, 4, 6).shown, [5, 4, 6], tried="5, 4, 4, 5, 6, 4, 6 are heard: shown"
        )

    def test_last_is_what_was_heard_last(self, Reader):
        found = [heard(Reader, *ids).last for ids in ((), (2,), (2, 1), (2, 3, 2))]
        expect(found, [None, 2, 1, 2], tried="last after nothing; 2; 2, 1; 2, 3, 2")

    def test_readers_do_not_share_what_they_know(self, Reader):
        heard(Reader, 1, 2)
        expect(heard(Reader, 1).shown, [1], tried="a second Reader hears 1: shown")


class Draws:
    """Draws that note their limits."""

    def __init__(self):
        self.limits = []

    def __call__(self, low, high):
        self.limits.append((low, high))
        return 0.25 * high + low + len(self.limits)


@exercise(
    "8.5d",
    hints=[
        "What would a thousand clients do that all wait one second?",
        "Keep the limit in a variable; `min` keeps it below `most`.",
        "An endless loop with one `yield draw(0, limit)`.",
    ],
)
class TestPauses:
    def test_limits_double_up_to_the_most(self, pauses):
        draw = Draws()
        list(islice(pauses(draw, 1, 6), 5))
        limits = [(0, 1), (0, 2), (0, 4), (0, 6), (0, 6)]
        expect(draw.limits, limits, tried="the calls of draw for five pauses of pauses(draw, 1, 6)")

    def test_the_first_limit_is_not_above_the_most(self, pauses):
        draw = Draws()
        list(islice(pauses(draw, 0.5, 0.2), 2))
        expect(draw.limits, [(0, 0.2), (0, 0.2)], tried="the calls of draw, for pauses(draw, 0.5, 0.2)")

    def test_a_pause_is_what_was_drawn(self, pauses):
        found = list(islice(pauses(Draws(), 4, 8), 3))
        expect(found, [2.0, 4.0, 5.0], tried="three pauses, drawn by a function of ours")

    def test_a_number_is_drawn_when_a_pause_is_asked_for(self, pauses):
        draw = Draws()
        each, counts = pauses(draw, 1, 8), []
        for _ in range(3):
            counts.append(len(draw.limits))
            next(each)
        expect(counts, [0, 1, 2], tried="how often draw was called, before each of three pauses")


class Talk:
    """A socket and its caller: each text comes together with what is true of the token from then on."""

    def __init__(self, bad_token, gone, start, *script):
        self.bad_token, self.gone = bad_token, gone
        self.now, self.script, self.seen = start, list(script), []

    async def caller_of(self):
        if self.now is None:
            raise self.bad_token
        return self.now

    async def receive(self):
        if "closed" in str(self.seen):
            raise AssertionError("receive() was called after close()")
        if not self.script:
            self.seen.append("left")
            raise self.gone
        self.now, text = self.script.pop(0)
        return text

    async def say(self, name, text):
        self.seen.append((name, text))

    async def close(self, code):
        self.seen.append(f"closed with {code}")


@exercise(
    "8.5e",
    hints=[
        "The client waits for an hour before it sends its next text. Who has asked for the caller since then?",
        "Ask between `receive()` and `say()`. Is the question at the start still needed?",
        "`caller_of()` in the loop, after the text has come, and once before the loop.",
    ],
)
class TestTalk:
    def run(self, talk, bad_token, gone, start, *script):
        """What the socket has seen."""
        socket = Talk(bad_token, gone, start, *script)
        try:
            on_a_loop(talk, socket, socket.caller_of, tried=self.told(start, *script))
        except (bad_token, gone) as error:
            require(
                False, f"{self.told(start, *script)}: talk returns", f"{type(error).__name__} comes out of it"
            )
        return socket.seen

    def told(self, start, *script):
        texts = ", ".join(f"{text!r} from {who or 'a bad token'}" for who, text in script) or "no text"
        return f"talk(socket, caller_of), first {start or 'a bad token'}, then {texts}"

    def holds(self, talk, bad_token, gone, wanted, *given):
        expect(self.run(talk, bad_token, gone, *given), wanted, tried=self.told(*given))

    def test_texts_are_handed_on_until_the_client_has_left(self, talk, BadToken, Gone):
        for texts in ([], ["Hi"], ["Hi", "", "Hi"]):
            wanted = [*(("ada", text) for text in texts), "left"]
            self.holds(talk, BadToken, Gone, wanted, "ada", *(("ada", text) for text in texts))

    def test_a_token_that_ends_while_nobody_speaks_ends_the_talk(self, talk, BadToken, Gone):
        self.holds(talk, BadToken, Gone, ["closed with 3000"], "ada", (None, "Hi"), ("ada", "again"))
        wanted = [("ada", "Hi"), ("ada", "Tea?"), "closed with 3000"]
        self.holds(talk, BadToken, Gone, wanted, "ada", ("ada", "Hi"), ("ada", "Tea?"), (None, "Bye"))

    def test_a_text_has_the_name_of_when_it_came(self, talk, BadToken, Gone):
        wanted = [("bob", "Hi"), ("eve", "Ho"), "left"]
        self.holds(talk, BadToken, Gone, wanted, "ada", ("bob", "Hi"), ("eve", "Ho"))

    def test_a_token_that_is_bad_at_the_start_receives_nothing(self, talk, BadToken, Gone):
        self.holds(talk, BadToken, Gone, ["closed with 3000"], None)
        self.holds(talk, BadToken, Gone, ["closed with 3000"], None, ("ada", "Hi"))
