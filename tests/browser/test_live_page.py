"""The page under /ui in a real browser: two tabs see a new post without being asked."""

import browser_driver as browser
import httpx
import pytest

from course import stage

pytestmark = pytest.mark.skipif(browser.CHROMIUM is None, reason="no Chromium is installed here")

NEW = {"name": "zoe", "email": "zoe@example.com", "password": "wet socks in june again"}


def test_two_tabs_see_a_post_when_it_is_written():
    with stage("8.5") as api, browser.plain_page(f"{api.url}/ui/") as first:
        httpx.post(f"{api.url}/auth/register", json=NEW).raise_for_status()
        second = first.context.browser.new_page()
        second.goto(f"{api.url}/ui/")
        first.fill("[name=username]", NEW["email"])
        first.fill("[name=password]", NEW["password"])
        first.click("#login button")
        for title in ("One", "Two"):
            first.fill("[name=title]", title)
            first.fill("[name=content]", "Words.")
            first.click("#write button")
            for tab in (first, second):
                tab.wait_for_selector(f'#posts li:has-text("{title} (zoe)")', timeout=browser.SECONDS)
