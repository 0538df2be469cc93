"""`play.fetches` and `play.page`: the stored table, and what the reader's browser gets to do. tests/browser runs it in a page."""

from course import play
from course.play.live import text
from course.serving.browser import Fetched

VIEW = "application/vnd.jupyter.widget-view+json"
REFUSED = Fetched("http://a", "http://127.0.0.1:9/posts", "GET", {}, "", False, None, None, "no header")


def test_the_stored_table_names_no_address():
    bundle = play.fetches({"a <GET>": REFUSED})._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html", VIEW}
    assert bundle["text/plain"].splitlines() == ["fetch    by the rules", "a <GET>  blocked"]
    assert "a &lt;GET&gt;" in bundle["text/html"] and "stored run" in bundle["text/html"]
    assert "127.0.0.1" not in bundle["text/html"] and "<script" not in bundle["text/html"]


def test_what_is_given_cannot_end_the_script():
    html = text("one", "<p>", "x()", probe="http://127.0.0.1:9/", elsewhere="</script>", data=["</script>"])
    assert html.count("</script>") == 1


def test_a_page_says_in_words_what_is_to_be_seen_in_it():
    bundle = play.page("http://127.0.0.1:9/", "A list of <posts>")._repr_mimebundle_()
    assert bundle["text/plain"] == "A list of <posts>" and "A list of &lt;posts&gt;" in bundle["text/html"]
    assert "127.0.0.1" not in bundle["text/html"]
