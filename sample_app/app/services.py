"""What Postboard does, and its rules. Nothing here knows of HTTP."""

from typing import Any

from psycopg2.errors import UniqueViolation
from psycopg2.extensions import connection as Connection

from app.database import query
from app.errors import Conflict, NotFound
from app.schemas import PostCreate, PostList, PostResponse, PostUpdate

MOST_DRAFTS = 3

CREATE = """
    INSERT INTO posts (title, content, published)
    VALUES (%(title)s, %(content)s, %(published)s)
    RETURNING id, title, content, published
"""
FIND = """
    SELECT id, title, content, published FROM posts
    WHERE strpos(lower(title), lower(%(search)s)) > 0 AND (published OR %(drafts)s)
    ORDER BY id LIMIT %(limit)s OFFSET %(skip)s
"""
COUNT = """
    SELECT count(*) AS total FROM posts
    WHERE strpos(lower(title), lower(%(search)s)) > 0 AND (published OR %(drafts)s)
"""
COUNT_DRAFTS = "SELECT count(*) AS total FROM posts WHERE NOT published"
READ = "SELECT id, title, content, published FROM posts WHERE id = %(id)s"
REPLACE = """
    UPDATE posts SET title = %(title)s, content = %(content)s, published = %(published)s
    WHERE id = %(id)s
    RETURNING id, title, content, published
"""
CHANGE = """
    UPDATE posts SET
        title = coalesce(%(title)s, title),
        content = coalesce(%(content)s, content),
        published = coalesce(%(published)s, published)
    WHERE id = %(id)s
    RETURNING id, title, content, published
"""
DELETE = "DELETE FROM posts WHERE id = %(id)s RETURNING id"


class PostService:
    """Everything that can be done with posts, for one caller at a time."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def create(self, post: PostCreate) -> PostResponse:
        """Store a new post. Raises Conflict."""
        return self._write(CREATE, post.model_dump())

    def find(self, *, limit: int, skip: int, search: str, drafts: bool) -> PostList:
        """One page of the posts whose title holds `search`; `drafts`: those as well."""
        asked = {"limit": limit, "skip": skip, "search": search, "drafts": drafts}
        items = query(self._connection, FIND, asked)
        total = query(self._connection, COUNT, asked)[0]["total"]
        return PostList.model_validate({"items": items, "total": total})

    def read(self, post_id: int, *, drafts: bool) -> PostResponse:
        """One post. Raises NotFound, also for a draft that the caller may not see."""
        rows = query(self._connection, READ, {"id": post_id})
        if not rows or not (rows[0]["published"] or drafts):
            raise NotFound(f"There is no post {post_id}")
        return PostResponse.model_validate(rows[0])

    def replace(self, post_id: int, post: PostCreate) -> PostResponse:
        """Put another post in the place of one. Raises NotFound, Conflict."""
        return self._write(REPLACE, {"id": post_id, **post.model_dump()})

    def update(self, post_id: int, changes: PostUpdate) -> PostResponse:
        """Change the fields that were sent. Raises NotFound, Conflict."""
        unchanged = dict.fromkeys(PostUpdate.model_fields)
        sent = changes.model_dump(exclude_unset=True)
        return self._write(CHANGE, {"id": post_id, **unchanged, **sent})

    def delete(self, post_id: int) -> None:
        """Remove a post. Raises NotFound."""
        if not query(self._connection, DELETE, {"id": post_id}):
            raise NotFound(f"There is no post {post_id}")
        self._connection.commit()

    def _write(self, sql: str, values: dict[str, Any]) -> PostResponse:
        """Run one writing statement; commit it, or take it back and refuse."""
        try:
            rows = query(self._connection, sql, values)
        except UniqueViolation as error:
            self._connection.rollback()
            raise Conflict("A post with this title exists.") from error
        if not rows:
            raise NotFound(f"There is no post {values['id']}")
        written = PostResponse.model_validate(rows[0])
        if not written.published:
            self._limit_drafts()
        self._connection.commit()
        return written

    def _limit_drafts(self) -> None:
        """The rule: who has three drafts finishes one before beginning another."""
        if query(self._connection, COUNT_DRAFTS)[0]["total"] > MOST_DRAFTS:
            self._connection.rollback()
            raise Conflict(f"There are {MOST_DRAFTS} drafts. Publish one first.")
