"""Right and wrong answers to the exercises of lesson 1.1; see docs/authors.md for the form."""


# %% 1.1a accept: bytes joined from lines
def request_for(path):
    lines = [b"GET " + path.encode("ascii") + b" HTTP/1.1", b"host: postboard.local", b"Connection: close"]
    return b"\r\n".join([*lines, b"", b""])


# %% 1.1a accept: bytes formatted with percent
def request_for(path: str) -> bytes:
    return b"GET %b HTTP/1.1\r\nHost:postboard.local\r\nAccept: */*\r\n\r\n" % path.encode()


# %% 1.1a reject: text instead of bytes -> It is bytes not text
def request_for(path):
    return f"GET {path} HTTP/1.1\r\nHost: postboard.local\r\n\r\n"


# %% 1.1a reject: one line end too few -> A server can read it
def request_for(path):
    return f"GET {path} HTTP/1.1\r\nHost: postboard.local\r\n".encode()


# %% 1.1a reject: nothing is sent -> A server can read it
def request_for(path):
    return b""


# %% 1.1a reject: prints the request and returns nothing -> It is bytes not text
def request_for(path):
    print(f"GET {path} HTTP/1.1\r\nHost: postboard.local\r\n\r\n".encode())


# %% 1.1a reject: no Host header -> A server can read it
def request_for(path):
    return f"GET {path} HTTP/1.1\r\n\r\n".encode()


# %% 1.1a reject: the path is fixed -> It asks for the path that was given
def request_for(path):
    return b"GET /posts HTTP/1.1\r\nHost: postboard.local\r\n\r\n"


# %% 1.1a reject: the address stands in the path -> It names the host
def request_for(path):
    return f"GET {path} HTTP/1.1\r\nHost: http://postboard.local\r\n\r\n".encode()


# %% 1.1a reject: gives nothing back -> It is bytes not text
def request_for(path):
    pass


# %% 1.1a reject: lines end as in a text file -> Each line ends with CR LF
def request_for(path):
    return f"GET {path} HTTP/1.1\nHost: postboard.local\n\n".encode()


# %% 1.1a reject: a line end too many -> It is one request and nothing more
def request_for(path):
    return f"GET {path} HTTP/1.1\r\nHost: postboard.local\r\n\r\n\r\n".encode()


# %% 1.1a reject: a body -> It is one request and nothing more
def request_for(path):
    return f"GET {path} HTTP/1.1\r\nHost: postboard.local\r\nContent-Length: 2\r\n\r\n[]".encode()


# %% 1.1a reject: only two paths are known -> It asks for the path that was given
def request_for(path):
    known = "/posts/7" if path == "/posts/7" else "/posts"
    return f"GET {known} HTTP/1.1\r\nHost: postboard.local\r\n\r\n".encode()


# %% 1.1a reject: HTTP 1.0 -> It asks for the path that was given
def request_for(path):
    return f"GET {path} HTTP/1.0\r\nHost: postboard.local\r\n\r\n".encode()


# %% 1.1a reject: localhost -> It names the host
def request_for(path):
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


# %% 1.1b accept: the standard library's parser for header lines
import email
import json


def read_response(raw):
    head, body = raw.split(b"\r\n\r\n", 1)
    first, _, lines = head.partition(b"\r\n")
    headers = {name.lower(): value.strip() for name, value in email.message_from_bytes(lines).items()}
    return {
        "status": int(first[9:12]),
        "headers": headers,
        "body": json.loads(body) if body.strip() else None,
    }


# %% 1.1b accept: h11 does the parsing
import json

import h11


def read_response(raw):
    client = h11.Connection(h11.CLIENT)
    client.send(h11.Request(method="GET", target="/", headers=[("Host", "a")]))
    client.send(h11.EndOfMessage())
    client.receive_data(raw)
    client.receive_data(b"")
    answer, body = client.next_event(), b""
    while isinstance(event := client.next_event(), h11.Data):
        body += bytes(event.data)
    headers = {name.decode(): value.decode() for name, value in answer.headers}
    return {"status": answer.status_code, "headers": headers, "body": json.loads(body) if body else None}


# %% 1.1b reject: the status stays text -> The status is a number
import json


def read_response(raw):
    head, _, body = raw.decode().partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in lines)}
    return {"status": first.split()[1], "headers": headers, "body": json.loads(body) if body else None}


# %% 1.1b reject: header names as they came -> Header names are in lower case
import json


def read_response(raw):
    head, _, body = raw.decode().partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    return {"status": int(first.split()[1]), "headers": headers, "body": json.loads(body) if body else None}


# %% 1.1b reject: cut at every colon -> Header values are whole
import json


def read_response(raw):
    head, _, body = raw.decode().partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    headers = {line.split(":")[0].lower(): line.split(":")[1].strip() for line in lines}
    return {"status": int(first.split()[1]), "headers": headers, "body": json.loads(body) if body else None}


# %% 1.1b reject: the body is left as text -> The body is the data not its text
def read_response(raw):
    head, _, body = raw.decode().partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in lines)}
    return {"status": int(first.split()[1]), "headers": headers, "body": body or None}


# %% 1.1b reject: an empty body is read as JSON -> Without a body it is None
import json


def read_response(raw):
    head, _, body = raw.decode().partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in lines)}
    return {"status": int(first.split()[1]), "headers": headers, "body": json.loads(body)}


# %% 1.1b reject: parted at every empty line -> A body may hold an empty line
import json


def read_response(raw):
    parts = raw.decode().split("\r\n\r\n")
    first, *lines = parts[0].split("\r\n")
    headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in lines)}
    return {
        "status": int(first.split()[1]),
        "headers": headers,
        "body": json.loads(parts[1]) if parts[1] else None,
    }


# %% 1.1b reject: what counts as false is no body -> An empty value is a body too
import json


def read_response(raw):
    head, _, body = raw.decode().partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    headers = {k.lower(): v.strip() for k, v in (line.split(":", 1) for line in lines)}
    return {
        "status": int(first.split()[1]),
        "headers": headers,
        "body": (json.loads(body) or None) if body else None,
    }


# %% 1.1b reject: the whole head in lower case -> Header values are whole
import json


def read_response(raw):
    head, _, body = raw.decode().partition("\r\n\r\n")
    first, *lines = head.lower().split("\r\n")
    headers = {k.lower(): v.strip() for k, v in (line.split(":", 1) for line in lines)}
    return {"status": int(first.split()[1]), "headers": headers, "body": json.loads(body) if body else None}


# %% 1.1b reject: always a space behind the colon -> Header values are whole
import json


def read_response(raw):
    head, _, body = raw.decode().partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in lines if ": " in line)}
    return {"status": int(first.split()[1]), "headers": headers, "body": json.loads(body) if body else None}


# %% 1.1b reject: nothing comes back -> The status is a number
import json


def read_response(raw):
    head, _, body = raw.decode().partition("\r\n\r\n")
    print(head, json.loads(body) if body else None)


# %% 1.1b reject: the last word of the first line -> The status is a number
import json


def read_response(raw):
    head, _, body = raw.decode().partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    headers = {k.lower(): v.strip() for k, v in (line.split(":", 1) for line in lines)}
    return {
        "status": int(first.removesuffix(" Created").removesuffix(" OK").split()[-1]),
        "headers": headers,
        "body": json.loads(body) if body else None,
    }


# %% 1.1b reject: ASCII only -> The body is the data not its text
import json


def read_response(raw):
    head, _, body = raw.decode("latin-1").partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    headers = {k.lower(): v.strip() for k, v in (line.split(":", 1) for line in lines)}
    return {"status": int(first.split()[1]), "headers": headers, "body": json.loads(body) if body else None}

# %% 1.1b reject: a tab beside a value stays -> Header values are whole
import json

def read_response(raw: bytes) -> dict:
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip(' ')
    return {"status": int(first.split()[1]), "headers": headers, "body": json.loads(body) if body else None}

# %% 1.1c accept: names instead of numbers
from http import HTTPStatus as S

status_of = dict(
    zip(
        status_of,
        [S.OK, S.CREATED, S.NO_CONTENT, S.UNAUTHORIZED, S.FORBIDDEN, S.NOT_FOUND, S.CONFLICT, 422],
        strict=True,
    )
)

# %% 1.1c reject: an empty list is called missing -> What worked starts with 2
status_of = dict(zip(status_of, [404, 201, 204, 401, 403, 404, 409, 422], strict=True))

# %% 1.1c reject: everything that worked is 200 -> What worked starts with 2
status_of = dict(zip(status_of, [200, 200, 200, 401, 403, 404, 409, 422], strict=True))

# %% 1.1c reject: 401 and 403 swapped -> What the client must change starts with 4
status_of = dict(zip(status_of, [200, 201, 204, 403, 401, 404, 409, 422], strict=True))

# %% 1.1c reject: 400 for everything the client did wrong -> What the client must change starts with 4
status_of = dict(zip(status_of, [200, 201, 204, 400, 400, 404, 400, 400], strict=True))

# %% 1.1d accept: comments as a collection of their own
endpoints = {
    "getAllPosts": ("GET", "/posts"),
    "createPost": ("POST", "/posts"),
    "showPost": ("GET", "/posts/7"),
    "removePost": ("DELETE", "/posts/7"),
    "commentsOfPost": ("GET", "/comments?post=7"),
    "removeCommentOfPost": ("DELETE", "/comments/3"),
}

# %% 1.1d accept: other words, a version in front, lower-case methods
endpoints = {
    "getAllPosts": ("get", "/v1/articles"),
    "createPost": ("post", "/v1/articles"),
    "showPost": ("get", "/v1/articles/7"),
    "removePost": ("delete", "/v1/articles/7"),
    "commentsOfPost": ("get", "/v1/articles/7/comments"),
    "removeCommentOfPost": ("delete", "/v1/articles/7/comments/3"),
}

# %% 1.1d reject: a GET that deletes -> The methods say what is done
endpoints = endpoints | {
    "getAllPosts": ("GET", "/posts"),
    "createPost": ("POST", "/posts"),
    "showPost": ("GET", "/posts/7"),
    "removePost": ("GET", "/posts/7"),
    "commentsOfPost": ("GET", "/posts/7/comments"),
    "removeCommentOfPost": ("DELETE", "/posts/7/comments/3"),
}

# %% 1.1d reject: the verb stays in the path -> The paths name things not actions
endpoints = {
    "getAllPosts": ("GET", "/posts"),
    "createPost": ("POST", "/posts"),
    "showPost": ("GET", "/posts/7"),
    "removePost": ("DELETE", "/posts/7"),
    "commentsOfPost": ("GET", "/posts/7/comments"),
    "removeCommentOfPost": ("DELETE", "/posts/7/comments/3/delete"),
}

# %% 1.1d reject: collection in the plural, item in the singular -> One post is an item of all posts
endpoints = {
    "getAllPosts": ("GET", "/posts"),
    "createPost": ("POST", "/posts"),
    "showPost": ("GET", "/post/7"),
    "removePost": ("DELETE", "/post/7"),
    "commentsOfPost": ("GET", "/post/7/comments"),
    "removeCommentOfPost": ("DELETE", "/post/7/comments/3"),
}

# %% 1.1d reject: a post is created in a place of its own -> What is one thing has one path
endpoints = {
    "getAllPosts": ("GET", "/posts"),
    "createPost": ("POST", "/post"),
    "showPost": ("GET", "/posts/7"),
    "removePost": ("DELETE", "/posts/7"),
    "commentsOfPost": ("GET", "/posts/7/comments"),
    "removeCommentOfPost": ("DELETE", "/posts/7/comments/3"),
}


# %% 1.1d accept: the entries in another order, as lists
endpoints = {
    "removeCommentOfPost": ["DELETE", "/api/posts/7/comments/3"],
    "commentsOfPost": ["GET", "/api/posts/7/comments"],
    "removePost": ["DELETE", "/api/posts/7"],
    "showPost": ["GET", "/api/posts/7"],
    "createPost": ["POST", "/api/posts"],
    "getAllPosts": ["GET", "/api/posts"],
}

# %% 1.1d accept: a name that begins like a verb
endpoints = {
    "getAllPosts": ("GET", "/newsletter/posts"),
    "createPost": ("POST", "/newsletter/posts"),
    "showPost": ("GET", "/newsletter/posts/7"),
    "removePost": ("DELETE", "/newsletter/posts/7"),
    "commentsOfPost": ("GET", "/newsletter/posts/7/comments"),
    "removeCommentOfPost": ("DELETE", "/newsletter/posts/7/comments/3"),
}

# %% 1.1d reject: methods swapped, and the entries in another order -> The methods say what is done
endpoints = {
    "createPost": ("GET", "/posts"),
    "getAllPosts": ("POST", "/posts"),
    "showPost": ("GET", "/posts/7"),
    "removePost": ("DELETE", "/posts/7"),
    "commentsOfPost": ("GET", "/posts/7/comments"),
    "removeCommentOfPost": ("DELETE", "/posts/7/comments/3"),
}

# %% 1.1d reject: an entry was lost -> The methods say what is done
endpoints = {
    "getAllPosts": ("GET", "/posts"),
    "createPost": ("POST", "/posts"),
    "showPost": ("GET", "/posts/7"),
    "removePost": ("DELETE", "/posts/7"),
    "commentsOfPost": ("GET", "/posts/7/comments"),
}

# %% 1.1d reject: no slash in front -> Each path begins with a slash and a name
endpoints = {
    "getAllPosts": ("GET", "posts"),
    "createPost": ("POST", "posts"),
    "showPost": ("GET", "posts/7"),
    "removePost": ("DELETE", "posts/7"),
    "commentsOfPost": ("GET", "posts/7/comments"),
    "removeCommentOfPost": ("DELETE", "posts/7/comments/3"),
}

# %% 1.1d reject: the verbs in one word with the thing -> The paths name things not actions
endpoints = {
    "getAllPosts": ("GET", "/allposts"),
    "createPost": ("POST", "/allposts"),
    "showPost": ("GET", "/allposts/7"),
    "removePost": ("DELETE", "/allposts/7"),
    "commentsOfPost": ("GET", "/allposts/7/comments"),
    "removeCommentOfPost": ("DELETE", "/allposts/7/comments/3"),
}

# %% 1.1d reject: the comment of another post -> Comments belong to their post
endpoints = {
    "getAllPosts": ("GET", "/posts"),
    "createPost": ("POST", "/posts"),
    "showPost": ("GET", "/posts/7"),
    "removePost": ("DELETE", "/posts/7"),
    "commentsOfPost": ("GET", "/posts/7/comments"),
    "removeCommentOfPost": ("DELETE", "/posts/3/comments/7"),
}


# %% 1.1e accept: the last post seen travels instead of a number
def next_page(request, memory):
    last = request.get("next")
    rest = ALL_POSTS[ALL_POSTS.index(last) + 1 :] if last else ALL_POSTS
    page = rest[:PAGE]
    return {"posts": page, "next": page[-1] if len(rest) > PAGE else None}


# %% 1.1e accept: the rest of the posts, as text
def next_page(request, memory):
    start = int(request.get("next", "0"))
    end = start + PAGE
    return {"posts": ALL_POSTS[start:end], "next": str(end) if ALL_POSTS[end:] else None}


# %% 1.1e reject: uses next, but falls back on its memory -> Asking again gives the same page
def next_page(request, memory):
    start = request.get("next") or memory.get(request["reader"], 0)
    memory[request["reader"]] = start + PAGE
    following = start + PAGE if start + PAGE < len(ALL_POSTS) else None
    return {"posts": ALL_POSTS[start : start + PAGE], "next": following}


# %% 1.1e reject: one memory for all servers of this machine -> Asking again gives the same page
shared = {}


def next_page(request, memory):
    start = shared.get(request["reader"], 0)
    shared[request["reader"]] = start + PAGE
    following = start + PAGE if start + PAGE < len(ALL_POSTS) else None
    return {"posts": ALL_POSTS[start : start + PAGE], "next": following}


# %% 1.1e reject: always the first page -> One server gives all pages in order
def next_page(request, memory):
    return {"posts": ALL_POSTS[:PAGE], "next": None}


# %% 1.1e reject: never says that it was the last page -> One server gives all pages in order
def next_page(request, memory):
    start = request.get("next") or 0
    return {"posts": ALL_POSTS[start : start + PAGE], "next": start + PAGE}


# %% 1.1e accept: the posts that were seen, counted by the client
def next_page(request: dict, memory: dict) -> dict:
    page = request.get("next", 1)
    posts = [post for place, post in enumerate(ALL_POSTS) if place // PAGE == page - 1]
    return {"posts": posts, "next": page + 1 if page * PAGE < len(ALL_POSTS) else None}


# %% 1.1e reject: the last page is known by being short -> Next is None in the last page however many posts there are
def next_page(request, memory):
    start = request.get("next") or 0
    page = ALL_POSTS[start : start + PAGE]
    return {"posts": page, "next": start + PAGE if len(page) == PAGE else None}


# %% 1.1e reject: the last post is a page of its own -> Next is None in the last page however many posts there are
def next_page(request, memory):
    start = request.get("next") or 0
    return {
        "posts": ALL_POSTS[start : start + PAGE],
        "next": start + PAGE if start + PAGE <= len(ALL_POSTS) else None,
    }


# %% 1.1e reject: the number of posts was looked at once -> Next is None in the last page however many posts there are
number = len(ALL_POSTS)


def next_page(request, memory):
    start = request.get("next") or 0
    return {"posts": ALL_POSTS[start : start + PAGE], "next": start + PAGE if start + PAGE < number else None}


# %% 1.1e reject: the place is kept under the reader, and what is sent only says go on -> Two servers taking turns give the same
def next_page(request, memory):
    start = memory.get(request["reader"], 0) if "next" in request else 0
    memory[request["reader"]] = start + PAGE
    return {
        "posts": ALL_POSTS[start : start + PAGE],
        "next": "go on" if start + PAGE < len(ALL_POSTS) else None,
    }


# %% 1.1e reject: the same place for every reader -> Asking again gives the same page
place = {"now": 0}


def next_page(request, memory):
    if "next" not in request:
        place["now"] = 0
    start = place["now"]
    place["now"] += PAGE
    return {"posts": ALL_POSTS[start : start + PAGE], "next": 1 if start + PAGE < len(ALL_POSTS) else None}


# %% 1.1e reject: the page alone comes back -> One server gives all pages in order
def next_page(request, memory):
    start = request.get("next") or 0
    return ALL_POSTS[start : start + PAGE]
