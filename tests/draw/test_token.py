"""The picture of a token taken apart."""

from base64 import urlsafe_b64encode

import jwt
import pytest

from course import draw
from course.base.errors import CourseError

CLAIMS = {"sub": "7", "note": "<b>&", "groups": ["a"] * 40}
TOKEN = jwt.encode(CLAIMS, "not-a-real-secret-not-a-real-secret", "HS256", headers={"kid": "main"})


def part(text: bytes) -> str:
    return urlsafe_b64encode(text).rstrip(b"=").decode()


class TestToken:
    def test_its_parts_are_shown_with_what_they_hold(self) -> None:
        lines = str(draw.token(TOKEN)).splitlines()
        assert [line.split()[0] for line in lines] == ["header", "payload", "signature"]
        assert lines[0].endswith("alg: HS256, kid: main, typ: JWT") and "sub: 7" in lines[1]
        assert "43 characters" in lines[2] and "32 bytes" in lines[2]

    def test_each_part_is_a_box_with_its_size_beside_what_it_holds(self) -> None:
        drawn = draw.token(TOKEN).mermaid
        assert f"the token, {len(TOKEN)} characters" in drawn and drawn.count("-->|base64url|") == 3
        assert "<b>" not in drawn and TOKEN not in drawn  # what a token says is cut and cannot become markup

    def test_no_key_is_needed_and_none_is_tried(self) -> None:
        unsigned = f"{part(b'{}')}.{part(b'{}')}."
        assert str(draw.token(unsigned)).splitlines()[2].startswith("signature  0 characters")

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("hello", "three parts .* this text has 1"),
            ("a.b.c.d", "this text has 4"),
            (f"é.{part(b'{}')}.", "header of this token is not base64url"),
            (f"{part(b'{}')}.{part(b'7')}.", "payload of this token is not a JSON object"),
            (f"{part(b'{}')}.{part(b'{')}.", "payload of this token is not a JSON object"),
        ],
    )
    def test_what_is_no_token_is_a_sentence(self, text: str, said: str) -> None:
        with pytest.raises(CourseError, match=said):
            draw.token(text)
