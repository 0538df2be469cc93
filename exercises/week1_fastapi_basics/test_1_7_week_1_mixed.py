"""Checks of the exercises of lesson 1.7."""

import json

from course.checks import client_of, exercise, expect, require

NOT_SAID = "Nothing becomes a 404 by itself: the code has to notice that nothing is there, and say so."


def body_of(answer) -> object:
    """What a response holds: its data, or its text where that is no JSON."""
    try:
        return answer.json()
    except ValueError:
        return answer.text


class Hooks:
    """The learner's API, with its hooks made free; every request is told as it would be sent."""

    def __init__(self, api, **hanging: str) -> None:
        self.client = client_of(api)
        for hook in range(1, 6):
            self.client.delete(f"/hooks/{hook}")
        self.before = "all hooks are free"
        if hanging:
            self.before = ", ".join(f"{name} on hook {hook[1:]}" for hook, name in hanging.items())
        for hook, name in hanging.items():
            self.hang(int(hook[1:]), name)

    def hang(self, hook: object, key: object):
        return self.client.put(f"/hooks/{hook}", json={"key": key})

    def see(self, hook: int) -> object:
        """The key on a hook; "free" when it is a 404, and whatever else comes as it is."""
        answer = self.client.get(f"/hooks/{hook}")
        body = body_of(answer)
        if answer.status_code == 404:
            return "free"
        return body.get("key") if isinstance(body, dict) else f"{answer.status_code} {body}"

    def all(self) -> list[object]:
        return [self.see(hook) for hook in range(1, 6)]


@exercise(
    "1.7a",
    hints=[
        "Which of the four requests fit two of your paths, and which status can only the function know?",
        "Lesson 1.2 has the order of the routes and a status that is set late, lesson 1.4 the text without spaces "
        "at its ends.",
        "A dictionary; GET /hooks/free above GET /hooks/{hook}; Path(ge=1, le=5); a model with one constrained "
        "text; response.status_code = 201 where the hook was free.",
    ],
)
class TestHooks:
    def test_a_key_on_a_free_hook_is_201(self, hooks_api):
        hooks = Hooks(hooks_api)
        for hook in [2, 1, 5]:
            answer = hooks.hang(hook, "Cellar")
            means = {200: "A function responds with 200 unless its decorator or the function says otherwise."}
            expect(answer.status_code, 201, tried=f"PUT /hooks/{hook}, which was free", means=means)

    def test_a_key_that_replaces_another_is_200(self, hooks_api):
        hooks = Hooks(hooks_api, h2="Cellar", h4="Attic")
        for hook, key in [(2, "Garage"), (4, "Attic"), (2, "Cellar")]:
            answer = hooks.hang(hook, key)
            means = {201: "A status in the decorator holds for both cases. Here the function has to decide."}
            expect(answer.status_code, 200, tried=f"PUT /hooks/{hook}, where a key hung", means=means)
        expect(hooks.see(2), "Cellar", tried="Cellar, then Garage, then Cellar on hook 2: its key")

    def test_after_a_delete_the_hook_is_free_again(self, hooks_api):
        hooks = Hooks(hooks_api, h2="Cellar", h3="Attic")
        hooks.client.delete("/hooks/2")
        expect(hooks.see(2), "free", tried="a key on hook 2, DELETE /hooks/2, GET /hooks/2 (a 404 is free)")
        expect(hooks.see(3), "Attic", tried="keys on hooks 2 and 3, DELETE /hooks/2: the key on hook 3")
        expect(hooks.hang(2, "Garage").status_code, 201, tried="PUT /hooks/2 after DELETE /hooks/2")

    def test_the_response_is_the_hook_and_its_key(self, hooks_api):
        hooks = Hooks(hooks_api)
        for hook, key in [(2, "Cellar"), (2, "Größe 1"), (5, "2"), (1, "x")]:
            wanted = {"hook": hook, "key": key}
            tried = f"PUT /hooks/{hook} {json.dumps({'key': key}, ensure_ascii=False)}"
            expect(body_of(hooks.hang(hook, key)), wanted, tried=f"{tried}: the body")
            answer = hooks.client.get(f"/hooks/{hook}")
            expect(answer.status_code, 200, tried=f"{tried}, then GET /hooks/{hook}")
            expect(body_of(answer), wanted, tried=f"{tried}, then GET /hooks/{hook}: the body")

    def test_each_hook_keeps_its_own_key(self, hooks_api):
        hooks = Hooks(hooks_api, h3="Attic", h1="Cellar", h4="Cellar", h5="Shed", h2="Bike")
        wanted = ["Cellar", "Bike", "Attic", "Cellar", "Shed"]
        expect(hooks.all(), wanted, tried=f"{hooks.before}: the keys on hooks 1 to 5")

    def test_a_free_hook_is_404(self, hooks_api):
        hooks = Hooks(hooks_api, h3="Attic")
        for hook in [2, 1, 5]:
            answer = hooks.client.get(f"/hooks/{hook}")
            means = {
                200: NOT_SAID,
                500: "A KeyError, or None where an object was promised, is a 500. Say 404.",
            }
            expect(answer.status_code, 404, tried=f"GET /hooks/{hook}, which is free", means=means)

    def test_the_free_hooks_are_listed_in_rising_order(self, hooks_api):
        order = "FastAPI takes the first route that fits. Does GET /hooks/{…} stand above and read `free`?"
        hooks = Hooks(hooks_api)
        for hook, key in [(None, ""), (2, "Cellar"), (5, "Shed"), (1, "Bike"), (4, "Attic"), (3, "Van")]:
            if hook:
                hooks.hang(hook, key)
            answer = hooks.client.get("/hooks/free")
            taken = hooks.all()
            wanted = [number for number, seen in enumerate(taken, start=1) if seen == "free"]
            tried = f"GET /hooks/free, while hooks 1 to 5 hold {taken}"
            expect(answer.status_code, 200, tried=tried, means={422: order, 404: order})
            expect(body_of(answer), wanted, tried=f"{tried}: the body")
        for hook, wanted in [(4, [4]), (2, [2, 4])]:
            hooks.client.delete(f"/hooks/{hook}")
            got = body_of(hooks.client.get("/hooks/free"))
            expect(got, wanted, tried=f"five keys; DELETE of the keys on {wanted}; GET /hooks/free")

    def test_a_delete_is_204_each_time(self, hooks_api):
        hooks = Hooks(hooks_api, h2="Cellar")
        for when in ["with a key on it", "which is free by now"]:
            answer = hooks.client.delete("/hooks/2")
            means = {
                200: "A function responds with 200 unless its decorator or the function says otherwise.",
                404: "What the client wants, a free hook, is the case already: 204 again.",
                500: "Taking a key out of a dictionary that does not have it is a KeyError.",
            }
            expect(answer.status_code, 204, tried=f"DELETE /hooks/2, {when}", means=means)
            expect(answer.content, b"", tried=f"DELETE /hooks/2, {when}: the body")

    def test_spaces_at_the_ends_are_cut_off_first(self, hooks_api):
        for sent in ["  Cellar ", " the back  door ", " " * 30 + "x" * 20 + " " * 30]:
            hooks = Hooks(hooks_api)
            answer = hooks.hang(2, sent)
            tried = f"PUT /hooks/2 with the key {sent!r}"
            means = {422: "The length counts before the spaces are gone. Cut them off first, then measure."}
            expect(answer.status_code, 201, tried=tried, means=means)
            both = "What comes back is the key that was sent. The response says what is stored."
            expect(body_of(answer), {"hook": 2, "key": sent.strip()}, tried=f"{tried}: the body", means=both)
            expect(hooks.see(2), sent.strip(), tried=f"{tried}, then GET /hooks/2: the key")

    def test_another_key_is_422_and_changes_nothing(self, hooks_api):
        for sent in ["", "   ", "x" * 21, None, 5, ["Cellar"]]:
            hooks = Hooks(hooks_api, h2="Cellar")
            for hook in [2, 3]:
                answer = hooks.hang(hook, sent)
                means = {
                    200: "Spaces count as characters until they are cut off." if sent == "   " else "",
                    500: "The value came as far as your function. Let the model refuse it.",
                }
                expect(answer.status_code, 422, tried=f"PUT /hooks/{hook} with the key {sent!r}", means=means)
            seen = [hooks.see(2), hooks.see(3)]
            tried = f"Cellar on hook 2; PUT of the key {sent!r} to hooks 2 and 3; what hangs on them"
            expect(seen, ["Cellar", "free"], tried=tried)
        hooks = Hooks(hooks_api)
        for sent in [{}, {"name": "Cellar"}]:
            answer = hooks.client.put("/hooks/2", json=sent)
            expect(answer.status_code, 422, tried=f"PUT /hooks/2 {json.dumps(sent)}")

    def test_a_hook_that_does_not_exist_is_422(self, hooks_api):
        hooks = Hooks(hooks_api)
        for hook in [0, 6, -1, "cellar"]:
            for method in ["PUT", "GET", "DELETE"]:
                sent = {"json": {"key": "Cellar"}} if method == "PUT" else {}
                answer = hooks.client.request(method, f"/hooks/{hook}", **sent)
                expect(answer.status_code, 422, tried=f"{method} /hooks/{hook}")
        got = body_of(hooks.client.get("/hooks/free"))
        expect(
            got, [1, 2, 3, 4, 5], tried="all hooks free; PUT to hooks 0, 6, -1 and cellar; GET /hooks/free"
        )


SKIPPED = "model_copy takes what it is given and checks nothing, so the rules of Event were not asked."
OURS = "The broken rule was found, and nobody said whose mistake it is. Catch the ValidationError: 422."


class Calendar:
    """The learner's API with three events of its own, among them one that is full."""

    def __init__(self, api, events, event_class) -> None:
        self.client, self.events = client_of(api), events
        events.clear()
        for number, (title, seats, guests) in {
            1: ("Jazz", 20, 12),
            2: ("Chess", 8, 8),
            50: ("Poems", 1, 0),
        }.items():
            events[number] = event_class(title=title, seats=seats, guests=guests)

    def stored(self) -> dict[int, object]:
        """What is stored now, as copies of plain values: a learner may change an event in place."""
        return {
            number: event.model_dump() if hasattr(event, "model_dump") else event
            for number, event in self.events.items()
        }

    def send(self, number: object, sent: dict) -> tuple[int, object]:
        answer = self.client.patch(f"/events/{number}", json=sent)
        return answer.status_code, body_of(answer)


@exercise(
    "1.7b",
    hints=[
        "Which object does somebody compare with the rules of Event, and when?",
        "Lesson 1.5 says what model_copy does not do. Lesson 1.6 says which status an error of your own code has.",
        "Merge what is stored with what was sent, let Event validate the result, turn its ValidationError into a "
        "422, and store the event only after that.",
    ],
)
class TestChangeEvent:
    def test_what_was_sent_changes_and_the_rest_stays(self, events_api, events, Event):
        for number, sent, wanted in [
            (1, {"seats": 30}, {"title": "Jazz", "seats": 30, "guests": 12}),
            (2, {"guests": 0}, {"title": "Chess", "seats": 8, "guests": 0}),
            (50, {"title": "Songs"}, {"title": "Songs", "seats": 1, "guests": 0}),
            (2, {"title": "Go", "seats": 9}, {"title": "Go", "seats": 9, "guests": 8}),
            (1, {}, {"title": "Jazz", "seats": 20, "guests": 12}),
        ]:
            calendar = Calendar(events_api, events, Event)
            before = calendar.stored()
            tried = f"{before[number]}; PATCH /events/{number} {json.dumps(sent)}"
            status, body = calendar.send(number, sent)
            means = {422: "Is each field that was not sent taken from the stored event?"}
            expect(status, 200, tried=tried, means=means)
            expect(body, wanted, tried=f"{tried}: the body")
            expect(calendar.stored(), before | {number: wanted}, tried=f"{tried}: all events afterwards")

    def test_what_is_stored_is_still_an_event(self, events_api, events, Event):
        for number, sent in [(1, {"seats": 30}), (2, {})]:
            calendar = Calendar(events_api, events, Event)
            tried = f"{calendar.stored()[number]}; PATCH /events/{number} {json.dumps(sent)}"
            calendar.send(number, sent)
            got = type(events.get(number)).__name__
            means = "The rest of the app reads events[1].title, and a dictionary has no such attribute."
            tried = f"{tried}: the type of events[{number}]"
            is_event = isinstance(events.get(number), Event)
            require(is_event, tried=tried, expected="Event", got=got, means=means)

    def test_more_guests_than_seats_is_422(self, events_api, events, Event):
        for number, sent in [
            (1, {"seats": 11}),
            (1, {"guests": 21}),
            (2, {"guests": 9}),
            (1, {"seats": 3, "guests": 4}),
            (1, {"seats": 30, "guests": 31}),
            (2, {"title": "Go", "seats": 7}),
        ]:
            self.refused(events_api, events, Event, number, sent, {200: SKIPPED, 500: OURS})

    def test_as_many_guests_as_seats_are_fine(self, events_api, events, Event):
        for number, sent in [(1, {"seats": 12}), (1, {"guests": 20}), (1, {"seats": 3, "guests": 3})]:
            calendar = Calendar(events_api, events, Event)
            stored = calendar.stored()[number]
            tried = f"{stored}; PATCH /events/{number} {json.dumps(sent)}"
            expect(calendar.send(number, sent), (200, stored | sent), tried=f"{tried}: status and body")

    def test_both_numbers_count_together(self, events_api, events, Event):
        means = {422: "Each field was compared with the old event. Only the event that results counts."}
        for number, sent in [(1, {"seats": 40, "guests": 30}), (2, {"seats": 4, "guests": 4})]:
            calendar = Calendar(events_api, events, Event)
            stored = calendar.stored()[number]
            status, body = calendar.send(number, sent)
            tried = f"{stored}; PATCH /events/{number} {json.dumps(sent)}"
            expect(status, 200, tried=tried, means=means)
            expect(body, stored | sent, tried=f"{tried}: the body")

    def test_a_field_that_breaks_its_rule_is_422(self, events_api, events, Event):
        for number, sent in [(1, {"title": ""}), (50, {"seats": 0}), (1, {"guests": -1}), (1, {"seats": -5})]:
            self.refused(events_api, events, Event, number, sent, {200: SKIPPED, 500: OURS})

    def test_a_null_is_422(self, events_api, events, Event):
        means = {
            200: "EventUpdate allows null, so that a field can be left out. Event does not allow it.",
            500: "None came as far as a comparison or a ValidationError. Turn that into a 422.",
        }
        for sent in [{"title": None}, {"seats": None}, {"guests": None}, {"title": "Blues", "seats": None}]:
            self.refused(events_api, events, Event, 1, sent, means)

    def test_an_unknown_event_is_404(self, events_api, events, Event):
        for number, sent in [(7, {"seats": 30}), (0, {}), (3, {"guests": -1})]:
            calendar = Calendar(events_api, events, Event)
            before = calendar.stored()
            status, _ = calendar.send(number, sent)
            tried = f"PATCH /events/{number} {json.dumps(sent)}, while the events are {list(before)}"
            if sent == {"guests": -1}:  # both is wrong with it: which is told first is free
                require(status in (404, 422), tried=tried, expected="404 or 422", got=status, means=NOT_SAID)
            else:
                expect(status, 404, tried=tried, means=NOT_SAID)
            expect(calendar.stored(), before, tried=f"{tried}: all events afterwards")

    def refused(self, events_api, events, event_class, number, sent, means):
        calendar = Calendar(events_api, events, event_class)
        before = calendar.stored()
        tried = f"{before[number]}; PATCH /events/{number} {json.dumps(sent)}"
        status, _ = calendar.send(number, sent)
        expect(status, 422, tried=tried, means=means)
        after = "The stored event changed before it was validated. Validate first, then store."
        expect(calendar.stored(), before, tried=f"{tried}: all events afterwards", means=after)
