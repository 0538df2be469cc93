"""`fetch`: what a browser does for a page of another origin. tests/browser/test_cors.py compares it with Chromium."""

import pytest
from cors_cases import api, by_the_rules

from course import draw, fetch, serve
from course.base.errors import CourseError
from course.serving.browser import origin

PAGE = "http://shop.example"


@pytest.fixture(scope="module")
def found():
    with by_the_rules(PAGE) as found:
        yield found


def test_without_a_policy_the_request_arrives_and_the_page_does_not_read_the_response(found):
    got = found["none: GET"]
    assert (got.said, got.preflight, got.response.status) == ("blocked", None, 200)
    assert found["none: form POST"].response.status == 201
    assert repr(got) == "GET /posts?0: 200\nblocked: the response has no Access-Control-Allow-Origin"


def test_a_preflight_that_is_refused_keeps_the_request_back(found):
    got = found["this origin, defaults: JSON POST"]
    assert (got.said, got.preflight.status, got.response) == ("blocked", 400, None)
    assert repr(got).splitlines()[1:] == [
        "POST /posts: not sent",
        "blocked: the response to the preflight is 400",
    ]


def test_only_what_a_form_could_not_send_is_asked_first(found):
    asked = {name for name, one in found.items() if name.startswith("star:") and one.preflight}
    words = "JSON POST", "JSON POST with credentials", "DELETE", "GET with a token"
    assert asked == {f"star: {each}" for each in (*words, "PUT with a header of its own")}


def test_what_is_allowed_is_read(found):
    read = {
        name.partition(": ")[2]
        for name, one in found.items()
        if name.startswith("this origin, all") and not one.why
    }
    assert read == {each.partition(": ")[2] for each in found if "with credentials" not in each}
    assert found["this origin, all: JSON POST"].said == "reads 201"
    assert str(found["this origin, all: GET"]) == "GET /posts?0: 200\nthe page reads 200"


def test_credentials_are_allowed_by_a_header_of_their_own(found):
    assert found["this origin, credentials: GET with credentials"].said == "reads 200"
    assert "Allow-Credentials" in found["this origin, all: GET with credentials"].why
    assert "is *" in found["star: GET with credentials"].why


def test_the_header_of_a_token_is_named(found):
    assert found["this origin, DELETE and the token: GET with a token"].why.endswith(
        "is 400"
    )  # the method GET is not
    with serve(api("token", {"allow_origins": [PAGE], "allow_methods": ["*"]})) as server:
        got = fetch(f"{server.url}/posts", page=PAGE, headers={"Authorization": "x"})
    assert (
        got.response is None
        and got.preflight.request_headers["access-control-request-headers"] == "authorization"
    )


def test_cookies_are_sent_with_credentials_and_not_in_a_preflight():
    with serve(
        api("cookies", {"allow_origins": [PAGE], "allow_credentials": True, "allow_methods": ["*"]})
    ) as server:
        url = f"{server.url}/posts"
        sent = fetch(url, page=PAGE, method="DELETE", credentials=True, cookies="a=1")
        without = fetch(url, page=PAGE, cookies="a=1")
        own = fetch(url, page=server.url, cookies="a=1")
    assert sent.response.request_headers["cookie"] == "a=1" and "cookie" not in sent.preflight.request_headers
    assert "cookie" not in without.response.request_headers
    assert own.response.request_headers["cookie"] == "a=1"


def test_a_page_of_the_same_origin_is_asked_nothing():
    with serve(api("own", None)) as server:
        got = fetch(f"{server.url}/posts?sort=new", page=server.url, method="PUT", json={})
    assert got.said == "reads 200" and got.preflight is None
    assert got.response.path == "/posts?sort=new"


def test_a_server_that_is_gone_is_named():
    with serve(api("gone", None)) as server:
        url = f"{server.url}/posts"
    with pytest.raises(CourseError, match="no server"):
        fetch(url, page=PAGE)


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("http://shop.example:80/a?b", "http://shop.example"),
        ("https://shop.example:80", "https://shop.example:80"),
        ("https://shop.example:443/", "https://shop.example"),
        ("http://127.0.0.1:8000/posts", "http://127.0.0.1:8000"),
    ],
)
def test_an_origin_is_scheme_host_and_port(url, wanted):
    assert origin(url) == wanted


def test_the_picture_shows_the_question_and_the_permission(found):
    picture = str(draw.exchange(*found["this origin, all: JSON POST"].exchanges))
    for line in (
        "OPTIONS /posts?3",
        "origin: http://shop.example",
        "access-control-request-method: POST",
        "access-control-allow-origin: http://shop.example",
    ):
        assert line in picture
