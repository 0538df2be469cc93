"""Checks of the exercises of lesson 1.4."""

from datetime import date
from typing import Any

from fastapi.testclient import TestClient
from pydantic import TypeAdapter, ValidationError

from course.checks import exercise, expect, require


def judged(model: Any, data: Any) -> tuple[dict | None, str]:
    """What a contract makes of data: its fields by name, or None and the types of the errors."""
    contract = TypeAdapter(model)
    try:
        found = contract.dump_python(contract.validate_python(data))
    except ValidationError as error:
        return None, ", ".join(each["type"] for each in error.errors())
    return (found if isinstance(found, dict) else vars(found)), ""


def accepted(model: Any, data: Any, *, tried: str, means: str | None = None) -> dict:
    """The fields that a contract makes of data, which it must not refuse."""
    found, why = judged(model, data)
    require(found is not None, tried=tried, expected="no error", got=f"errors: {why}", means=means)
    return found or {}


def refused(model: Any, data: Any, *, tried: str, means: str | None = None) -> None:
    """Require that a contract refuses data."""
    found, _ = judged(model, data)
    require(found is None, tried=tried, expected="a validation error", got=found, means=means)


def body_of(answer: Any) -> Any:
    """The JSON of an answer, or its text where it has none."""
    try:
        return answer.json()
    except ValueError:
        return answer.text


def part(body: Any, name: str) -> Any:
    """A member of a JSON object; None where the body is something else."""
    return body.get(name) if isinstance(body, dict) else None


def review(**changes: object) -> dict:
    return {"text": "Well said.", "email": "ada@example.com", "stars": 4} | changes


def without(data: dict, name: str) -> dict:
    return {key: value for key, value in data.items() if key != name}


@exercise(
    "1.4a",
    hints=[
        "Which of the three fields have limits, and which one has a default?",
        "`Title` in the lesson takes white space off before it measures. Which type did it use for addresses?",
        "text: `Annotated[str, StringConstraints(...)]`; email: a type of its own; stars: `int = Field(...)`.",
    ],
)
class TestReview:
    def test_a_good_review_is_accepted(self, Review):
        found = accepted(Review, review(), tried=f"Review from {review()}")
        expect(found.get("stars"), 4, tried="the stars of that review")

    def test_stars_are_5_when_left_out(self, Review):
        found = accepted(
            Review,
            without(review(), "stars"),
            tried="a review without stars",
            means="A field may be left out only when it has a default.",
        )
        expect(found.get("stars"), 5, tried="the stars of a review without stars")

    def test_stars_are_a_whole_number_from_1_to_5(self, Review):
        for stars in (1, 5):
            accepted(
                Review,
                review(stars=stars),
                tried=f"stars: {stars}",
                means="The limits themselves are allowed.",
            )
        for stars in (0, 6, -3, 2.5):
            refused(Review, review(stars=stars), tried=f"stars: {stars}")

    def test_white_space_around_the_text_is_not_stored(self, Review):
        for text, wanted in [(" Fine. ", "Fine."), ("\tI agree \n", "I agree")]:
            found = accepted(Review, review(text=text), tried=f"the text {text!r}")
            expect(found.get("text"), wanted, tried=f"what is stored for the text {text!r}")

    def test_a_text_of_white_space_is_refused(self, Review):
        means = "The length was measured before the white space was taken off."
        for text in ("", " ", "   \n "):
            refused(Review, review(text=text), tried=f"the text {text!r}", means=means if text else None)

    def test_a_text_has_at_most_500_characters(self, Review):
        accepted(Review, review(text="x" * 500), tried="a text of 500 characters")
        refused(Review, review(text="x" * 501), tried="a text of 501 characters")
        accepted(
            Review,
            review(text=" " * 20 + "x" * 500),
            tried="a text of 500 characters with 20 spaces before it",
            means="The length was measured before the white space was taken off.",
        )

    def test_an_address_must_look_like_one(self, Review):
        for email in ("ada", "ada@", "@example.com", "ada at example.com"):
            refused(Review, review(email=email), tried=f"the address {email!r}")

    def test_text_and_address_must_be_sent(self, Review):
        for name in ("text", "email"):
            refused(Review, without(review(), name), tried=f"a review without {name}")


WHOLE = {"email": "ada@example.com", "message": "Come in.", "role": "writer", "expires": "2026-12-24"}


@exercise(
    "1.4b",
    hints=[
        "What does `| None` say about a field, and what does `= None` say?",
        "The table in the section on null has a row for each of the four fields.",
        "Two fields need `| None`, two fields need a default, and only one needs both.",
    ],
)
class TestInvitation:
    def test_a_whole_invitation_is_accepted(self, Invitation):
        found = accepted(Invitation, WHOLE, tried="an invitation with all four fields")
        expect(found.get("role"), "writer", tried="its role")
        expect(found.get("expires"), date(2026, 12, 24), tried="the day on which it expires")

    def test_the_address_is_always_there(self, Invitation):
        refused(Invitation, without(WHOLE, "email"), tried="an invitation without email")
        refused(Invitation, WHOLE | {"email": None}, tried="email: null")

    def test_the_message_must_be_sent(self, Invitation):
        means = "It has a default, and a default is what lets a client leave a field out."
        refused(Invitation, without(WHOLE, "message"), tried="an invitation without message", means=means)

    def test_the_message_may_be_null(self, Invitation):
        found = accepted(Invitation, WHOLE | {"message": None}, tried="message: null")
        expect(found.get("message"), None, tried="the message of that invitation")

    def test_a_role_left_out_is_reader(self, Invitation):
        found = accepted(Invitation, without(WHOLE, "role"), tried="an invitation without role")
        expect(found.get("role"), "reader", tried="the role of that invitation")

    def test_the_role_is_never_null(self, Invitation):
        means = "`| None` allows null. A default needs no `| None` beside it."
        refused(Invitation, WHOLE | {"role": None}, tried="role: null", means=means)

    def test_expires_left_out_is_none(self, Invitation):
        found = accepted(
            Invitation,
            without(WHOLE, "expires"),
            tried="an invitation without expires",
            means="`| None` alone does not let a client leave the field out.",
        )
        expect(found.get("expires"), None, tried="the expires of that invitation")

    def test_expires_may_be_null(self, Invitation):
        accepted(Invitation, WHOLE | {"expires": None}, tried="expires: null")

    def test_the_types_are_still_checked(self, Invitation):
        for wrong in ({"email": "ada"}, {"message": 5}, {"role": 5}, {"expires": "soon"}):
            refused(Invitation, WHOLE | wrong, tried=f"{WHOLE | wrong}")


@exercise(
    "1.4c",
    hints=[
        "For each sender, two questions: may a value come as another type? May a name come that nobody knows?",
        "The lesson has a switch for each: one in the section on names, one in the section on conversion.",
        "`model_config = ConfigDict(...)` with `strict`, with `extra`, with both, with neither.",
    ],
)
class TestSenders:
    def test_all_four_read_plain_good_data(self, FromForm, FromPartner, FromEditor, FromOurs):
        for model in (FromForm, FromPartner, FromEditor, FromOurs):
            found = accepted(model, {"post_id": 8, "stars": 2}, tried=f"{model.__name__} gets numbers only")
            expect(found, {"post_id": 8, "stars": 2}, tried=f"what {model.__name__} makes of it")

    def test_a_form_may_send_numbers_as_text(self, FromForm):
        found = accepted(FromForm, {"post_id": "8", "stars": "2"}, tried="a form sends text")
        expect(found, {"post_id": 8, "stars": 2}, tried="what FromForm makes of it")

    def test_a_form_may_send_fields_of_its_own(self, FromForm):
        found = accepted(FromForm, {"post_id": "8", "button": "send"}, tried="a form sends its button too")
        expect(found.get("post_id"), 8, tried="what FromForm makes of it")

    def test_a_partner_may_add_fields(self, FromPartner):
        found = accepted(FromPartner, {"post_id": 8, "region": "north"}, tried="a partner sends a new field")
        expect(found.get("post_id"), 8, tried="what FromPartner makes of it")

    def test_text_in_place_of_a_number_is_reported_to_a_partner(self, FromPartner):
        refused(FromPartner, {"post_id": "8"}, tried='a partner sends the post_id "8"')
        refused(FromPartner, {"post_id": 8, "stars": "2"}, tried='a partner sends the stars "2"')

    def test_an_editor_may_put_numbers_in_quotes(self, FromEditor):
        found = accepted(
            FromEditor, {"post_id": "8", "stars": "2"}, tried="an editor types numbers in quotes"
        )
        expect(found, {"post_id": 8, "stars": 2}, tried="what FromEditor makes of it")

    def test_a_name_that_an_editor_misspelt_is_noticed(self, FromEditor):
        for typed in ({"post_id": 8, "star": 2}, {"post_id": "8", "Stars": 2}):
            refused(
                FromEditor,
                typed,
                tried=f"an editor types {typed}",
                means="The rating was lost, and its default of 5 stars took its place.",
            )

    def test_your_own_program_may_do_neither(self, FromOurs):
        refused(FromOurs, {"post_id": "8", "stars": 2}, tried='your program sends the post_id "8"')
        refused(FromOurs, {"post_id": 8, "star": 2}, tried="your program sends a misspelt name")


def discussion(*emails: str) -> dict:
    comments = [{"text": "Yes.", "author": {"name": "Ada", "email": email}} for email in emails]
    return {"title": "Tabs?", "comments": comments}


FINE = "ada@example.com"


def found_places(places: Any, data: dict) -> Any:
    """What `places` gives, in a steady order where it is texts."""
    given = places(data)
    texts = isinstance(given, (list, tuple, set)) and all(isinstance(each, str) for each in given)
    return sorted(given) if texts else given


@exercise(
    "1.4d",
    hints=[
        "How many kinds of thing are in a discussion, one inside the other?",
        "`error.errors()` gives one dictionary for each fault; the lesson printed two of its entries.",
        "Three models; try to validate, and for each error join the parts of its `loc` with dots.",
    ],
)
class TestPlaces:
    def test_the_models_hold_each_other(self, Discussion):
        found = accepted(
            Discussion, discussion(FINE, "bob@example.com"), tried="a discussion with two comments"
        )
        comments = found.get("comments") or []
        second = comments[1] if len(comments) > 1 else None
        expect(
            part(part(second, "author"), "email"), "bob@example.com", tried="the address of the second author"
        )
        refused(Discussion, discussion("bob"), tried="a comment whose author has the address 'bob'")

    def test_data_without_a_fault_has_no_places(self, places):
        for data in (discussion(FINE), discussion(), discussion(FINE, FINE)):
            expect(
                found_places(places, data),
                [],
                tried=f"a discussion without a fault; comments in it: {len(data['comments'])}",
            )

    def test_a_fault_deep_inside_is_found(self, places):
        data = discussion(FINE, FINE, "bob")
        means = "A place is the parts of `loc` as texts, with a dot between two; items count from 0."
        got = found_places(places, data)
        expect(got, ["comments.2.author.email"], tried="the third author's address is 'bob'", means=means)

    def test_every_fault_is_found(self, places):
        data = without(discussion("ada", FINE, "bob"), "title")
        data["comments"][1].pop("text")
        wanted = ["comments.0.author.email", "comments.1.text", "comments.2.author.email", "title"]
        got = found_places(places, data)
        first_only = isinstance(got, list) and len(got) == 1
        means = "One error holds a list of all faults: `error.errors()`." if first_only else None
        expect(got, wanted, tried="two wrong addresses, a comment without text, no title", means=means)

    def test_a_comment_of_the_wrong_kind_is_a_fault(self, places):
        data = discussion(FINE) | {"comments": [*discussion(FINE)["comments"], "Nice."]}
        expect(found_places(places, data), ["comments.1"], tried="the second comment is a text")

    def test_comments_left_out_are_a_fault(self, places):
        expect(found_places(places, {"title": "Tabs?"}), ["comments"], tried="a discussion without comments")

    def test_the_data_is_left_as_it_was(self, places):
        data = discussion("bob")
        places(data)
        expect(data, discussion("bob"), tried="the data after places was called")


LONG = "not-a-real-password"


def signed_up(signup_api: Any, username: str, password: str, repeated: str) -> Any:
    sent = {"username": username, "password": password, "repeated": repeated}
    return TestClient(signup_api, raise_server_exceptions=False).post("/signups", json=sent)


@exercise(
    "1.4e",
    hints=[
        "What does a validator give back, and what does it raise, so that the client gets a 422?",
        "Send a sign-up of each kind with TestClient(signup_api), and read the error that comes up.",
        "One validator returns nothing; one raises what is no ValueError, and asks for a password that "
        "may not be there. A model validator runs only when all fields are valid.",
    ],
)
class TestSignUp:
    def test_a_good_sign_up_is_201(self, signup_api):
        answer = signed_up(signup_api, "ada", LONG, LONG)
        expect(
            answer.status_code,
            201,
            tried="POST /signups for ada, the same password twice",
            means={500: "A validator's return value is what is stored. Without a return that is None."},
        )

    def test_the_username_is_stored_in_lower_case(self, signup_api):
        for sent, wanted in [("Ada", "ada"), ("GRACE", "grace"), ("bob", "bob")]:
            answer = signed_up(signup_api, sent, LONG, LONG)
            tried = f"POST /signups for {sent!r}"
            expect(part(body_of(answer), "username"), wanted, tried=tried)

    def test_passwords_that_differ_are_422(self, signup_api):
        means = {
            500: "Only ValueError and a failed assert become a 422. Any other error is one of the server.",
            201: "Nothing compares the two, or not exactly enough.",
        }
        for repeated in ("another-" + LONG, LONG.upper()):
            answer = signed_up(signup_api, "ada", LONG, repeated)
            tried = f"POST /signups with the passwords {LONG!r} and {repeated!r}"
            expect(answer.status_code, 422, tried=tried, means=means)

    def test_the_client_reads_that_they_differ(self, signup_api):
        answer = signed_up(signup_api, "ada", LONG, "another-" + LONG)
        require(
            "the passwords differ" in answer.text,
            tried="POST /signups with two different passwords",
            expected="an answer with the words 'the passwords differ'",
            got=answer.text,
        )

    def test_a_short_password_is_422(self, signup_api):
        for repeated in ("short", "something-else", LONG):
            answer = signed_up(signup_api, "ada", "short", repeated)
            expect(
                answer.status_code,
                422,
                tried=f"POST /signups with the passwords 'short' and {repeated!r}",
                means={500: "A password that was found too short is not in info.data."},
            )

    def test_a_short_username_is_422(self, signup_api):
        expect(signed_up(signup_api, "al", LONG, LONG).status_code, 422, tried="POST /signups for 'al'")


def stored(number: int, name: str | None) -> dict:
    """A post as the server knows it, with the secrets of its author."""
    author = {
        "id": number + 100,
        "name": name,
        "email": f"{name}@example.com",
        "password_hash": "not-a-real-hash",
    }
    post = {"id": number, "title": f"Post {number}", "content": "Words.", "published": True}
    return post | {"author": author if name else None}


def shown(number: int, name: str | None) -> dict:
    """The same post as readers may see it."""
    return stored(number, name) | {"author": {"id": number + 100, "name": name} if name else None}


def promised(spec: dict, schema: Any) -> set[str]:
    """The names of the fields that a schema promises, references and alternatives included."""
    if not isinstance(schema, dict):
        return set()
    if "$ref" in schema:
        return promised(spec, spec["components"]["schemas"].get(schema["$ref"].rsplit("/", 1)[-1]))
    found = set(schema.get("properties", {}))
    for one in (*schema.get("anyOf", ()), *schema.get("allOf", ()), *schema.get("oneOf", ())):
        found |= promised(spec, one)
    return found


def property_of(spec: dict, schema: Any, name: str) -> Any:
    """The schema of one field, references and alternatives included."""
    if not isinstance(schema, dict):
        return None
    if "$ref" in schema:
        return property_of(spec, spec["components"]["schemas"].get(schema["$ref"].rsplit("/", 1)[-1]), name)
    if name in schema.get("properties", {}):
        return schema["properties"][name]
    choices = (*schema.get("anyOf", ()), *schema.get("allOf", ()), *schema.get("oneOf", ()))
    found = (property_of(spec, one, name) for one in choices)
    return next((one for one in found if one is not None), None)


def answer_schema(spec: dict, wanted: str) -> Any:
    """The schema of a 200 answer to GET; `wanted` is the path up to its parameter."""
    for path, item in spec.get("paths", {}).items():
        if path.rstrip("/").partition("{")[0] == wanted and "get" in item:
            content = item["get"].get("responses", {}).get("200", {}).get("content", {})
            return content.get("application/json", {}).get("schema")
    return None


@exercise(
    "1.4f",
    hints=[
        "How many different things go out: a post, a list of posts, and what else?",
        "`PostResponse` has four of the five fields of a post. What can a model do with another model?",
        "A model for an author, with two fields; a PostResponse with one more field, which may be null; "
        "a list of these with its total; each endpoint's return type is one of them.",
    ],
)
class TestAuthors:
    def test_a_post_comes_with_its_author(self, authors_api, stored_posts):
        stored_posts[61] = stored(61, "Grace")
        answer = self.get(authors_api, "/posts/61")
        author = part(body_of(answer), "author")
        expect(
            (part(author, "id"), part(author, "name")), (161, "Grace"), tried="the author in GET /posts/61"
        )

    def test_no_secret_goes_out(self, authors_api, stored_posts):
        stored_posts[62] = stored(62, "Edsger")
        for path in ("/posts/62", "/posts"):
            answer = self.get(authors_api, path)
            for secret in ("not-a-real-hash", "password", "Edsger@example.com"):
                require(
                    secret not in answer.text,
                    tried=f"GET {path}",
                    expected=f"an answer without {secret!r}",
                    got=answer.text,
                    means="Everything that is stored goes out. The return type says what may.",
                )

    def test_the_post_is_complete(self, authors_api, stored_posts):
        stored_posts[63] = stored(63, "Ada") | {"published": False}
        wanted = shown(63, "Ada") | {"published": False}
        expect(body_of(self.get(authors_api, "/posts/63")), wanted, tried="GET /posts/63")

    def test_an_author_who_left_is_null(self, authors_api, stored_posts):
        stored_posts[64] = stored(64, None)
        answer = self.get(authors_api, "/posts/64")
        expect(
            answer.status_code,
            200,
            tried="GET /posts/64, whose author left",
            means={500: "The contract promises an author where there is none: does its type allow null?"},
        )
        expect(body_of(answer), shown(64, None), tried="GET /posts/64, whose author left")

    def test_the_list_has_items_of_the_same_form(self, authors_api, stored_posts):
        stored_posts[65], stored_posts[66] = stored(65, "Barbara"), stored(66, None)
        items = part(body_of(self.get(authors_api, "/posts")), "items")
        found = [each for each in items or [] if part(each, "id") in (65, 66)]
        expect(found, [shown(65, "Barbara"), shown(66, None)], tried="posts 65 and 66 in GET /posts")

    def test_the_total_counts_all_posts(self, authors_api, stored_posts):
        stored_posts[67] = stored(67, "Ada")
        body = body_of(self.get(authors_api, "/posts"))
        expect(part(body, "total"), len(stored_posts), tried="the total in GET /posts")

    def test_an_unknown_post_is_404(self, authors_api):
        expect(
            self.get(authors_api, "/posts/999999").status_code,
            404,
            tried="GET /posts/999999",
            means={500: "Does stored_posts[999999] raise a KeyError that nobody catches?"},
        )

    def test_what_the_server_knows_stays_as_it_was(self, authors_api, stored_posts):
        stored_posts[68] = stored(68, "Alan")
        for path in ("/posts/68", "/posts"):
            self.get(authors_api, path)
            expect(
                stored_posts[68],
                stored(68, "Alan"),
                tried=f"stored_posts[68] after GET {path}",
                means="A GET has taken something away from the stored post itself, not from a copy.",
            )

    def test_the_docs_promise_the_author_and_nothing_secret(self, authors_api):
        spec = TestClient(authors_api).get("/openapi.json").json()
        one = answer_schema(spec, "/posts/")
        items = property_of(spec, answer_schema(spec, "/posts"), "items")
        for what, schema in (("a post", one), ("a post in the list", part(items, "items"))):
            fields, tried = promised(spec, schema), f"what /docs promises for {what}"
            require(
                {"id", "title", "content", "published", "author"} <= fields,
                tried=tried,
                expected="the fields id, title, content, published and author",
                got=sorted(fields),
                means=None if fields else "A dict promises nothing; a model in the return type does.",
            )
            author = sorted(promised(spec, property_of(spec, schema, "author")))
            expect(author, ["id", "name"], tried=f"{tried}, of its author")

    def get(self, api: Any, path: str) -> Any:
        return TestClient(api, raise_server_exceptions=False).get(path)
