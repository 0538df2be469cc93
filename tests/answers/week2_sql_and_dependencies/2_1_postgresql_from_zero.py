"""Right and wrong answers to the exercises of lesson 2.1; see docs/authors.md for the form."""

# %% 2.1a accept: lower() and LIKE, a semicolon, other words for the same
find_sql_posts = """
select p.id, p.title from posts as p
where p.published is true and lower(p.title) like '%sql%'
order by p.id desc
fetch first 3 rows only;
"""

# %% 2.1a accept: a regular expression, position of the columns, the columns the other way round
find_sql_posts = """
WITH found AS (SELECT title, id FROM posts WHERE title ~* 'sql' AND published = true)
SELECT * FROM found ORDER BY 2 DESC LIMIT 3
"""

# %% 2.1a reject: LIKE -> Capitals do not matter
find_sql_posts = "SELECT id, title FROM posts WHERE published AND title LIKE '%SQL%' ORDER BY id DESC LIMIT 3"

# %% 2.1a reject: two LIKEs with OR, no brackets -> Drafts are left out
find_sql_posts = """
SELECT id, title FROM posts
WHERE published AND title LIKE '%sql%' OR title LIKE '%SQL%'
ORDER BY id DESC LIMIT 3
"""

# %% 2.1a reject: only titles that begin so -> It finds the word wherever it stands
find_sql_posts = "SELECT id, title FROM posts WHERE published AND title ILIKE 'sql%' ORDER BY id DESC LIMIT 3"

# %% 2.1a reject: drafts too -> Drafts are left out
find_sql_posts = "SELECT id, title FROM posts WHERE title ILIKE '%sql%' ORDER BY id DESC LIMIT 3"

# %% 2.1a reject: no ORDER BY -> The highest id comes first
find_sql_posts = "SELECT id, title FROM posts WHERE published AND title ILIKE '%sql%' LIMIT 3"

# %% 2.1a reject: upwards -> The highest id comes first
find_sql_posts = "SELECT id, title FROM posts WHERE published AND title ILIKE '%sql%' ORDER BY id LIMIT 3"

# %% 2.1a reject: sorted by title -> The highest id comes first
find_sql_posts = (
    "SELECT id, title FROM posts WHERE published AND title ILIKE '%sql%' ORDER BY title DESC LIMIT 3"
)

# %% 2.1a reject: all of them -> There are at most three
find_sql_posts = "SELECT id, title FROM posts WHERE published AND title ILIKE '%sql%' ORDER BY id DESC"

# %% 2.1a reject: three by chance, then sorted -> There are at most three
find_sql_posts = """
SELECT * FROM (SELECT id, title FROM posts WHERE published AND title ILIKE '%sql%' LIMIT 3) AS some
ORDER BY id DESC
"""

# %% 2.1a reject: every column -> It gives id and title only
find_sql_posts = "SELECT * FROM posts WHERE published AND title ILIKE '%sql%' ORDER BY id DESC LIMIT 3"

# %% 2.1a reject: the content is searched -> Other titles are left out
find_sql_posts = (
    "SELECT id, title FROM posts WHERE published AND content ILIKE '%sql%' ORDER BY id DESC LIMIT 3"
)

# %% 2.1a reject: the rows of the page, written down -> The highest id comes first
find_sql_posts = "SELECT id, title FROM (VALUES (4, 'Why sql stays'), (2, 'SQL in an hour')) AS p (id, title)"

# %% 2.1a reject: double quotes around text -> It gives id and title only
find_sql_posts = (
    'SELECT id, title FROM posts WHERE published AND title ILIKE "%sql%" ORDER BY id DESC LIMIT 3'
)

# %% 2.1a reject: the result instead of the text -> It gives id and title only
find_sql_posts = [(4, "Why sql stays"), (2, "SQL in an hour")]

# %% 2.1a accept: strpos and a sub-select
find_sql_posts = """
SELECT id, title FROM (SELECT * FROM posts WHERE published) AS out_there
WHERE strpos(upper(title), 'SQL') > 0 ORDER BY id DESC LIMIT 3
"""

# %% 2.1a reject: takes three, then leaves out drafts -> Drafts and other titles take no place among the three
find_sql_posts = """
SELECT id, title FROM (SELECT * FROM posts WHERE title ILIKE '%sql%' ORDER BY id DESC LIMIT 3) AS newest
WHERE published ORDER BY id DESC
"""

# %% 2.1a reject: takes three, then looks for the word -> Drafts and other titles take no place among the three
find_sql_posts = """
SELECT id, title FROM (SELECT * FROM posts WHERE published ORDER BY id DESC LIMIT 3) AS newest
WHERE title ILIKE '%sql%' ORDER BY id DESC
"""

# %% 2.1a reject: three spellings of the word -> It holds for any posts
find_sql_posts = """
SELECT id, title FROM posts
WHERE published AND (title LIKE '%sql%' OR title LIKE '%SQL%' OR title LIKE '%Sql%')
ORDER BY id DESC LIMIT 3
"""

# %% 2.1a reject: the word has to end there -> It holds for any posts
find_sql_posts = "SELECT id, title FROM posts WHERE published AND title ~* 'sql\\M' ORDER BY id DESC LIMIT 3"

# %% 2.1b accept: a data-changing WITH
publish_drafts = """
WITH changed AS (
    UPDATE posts SET published = NOT published
    WHERE published = false AND char_length(content) > 19
    RETURNING id, title
)
SELECT title, id FROM changed
"""

# %% 2.1b accept: MERGE
publish_drafts = """
MERGE INTO posts
USING (SELECT id FROM posts WHERE published IS FALSE AND length(content) >= 20) AS draft
ON posts.id = draft.id
WHEN MATCHED THEN UPDATE SET published = true
RETURNING posts.id, posts.title;
"""

# %% 2.1b reject: published posts are changed again -> It gives back the posts that it changed
publish_drafts = "UPDATE posts SET published = true WHERE length(content) >= 20 RETURNING id, title"

# %% 2.1b reject: no RETURNING -> It gives back the posts that it changed
publish_drafts = "UPDATE posts SET published = true WHERE NOT published AND length(content) >= 20"

# %% 2.1b reject: looks only -> Long drafts become published
publish_drafts = "SELECT id, title FROM posts WHERE NOT published AND length(content) >= 20"

# %% 2.1b reject: no WHERE -> Short drafts stay drafts
publish_drafts = "UPDATE posts SET published = true RETURNING id, title"

# %% 2.1b reject: every draft -> Short drafts stay drafts
publish_drafts = "UPDATE posts SET published = true WHERE NOT published RETURNING id, title"

# %% 2.1b reject: more than 20 -> Long drafts become published
publish_drafts = (
    "UPDATE posts SET published = true WHERE NOT published AND length(content) > 20 RETURNING id, title"
)

# %% 2.1b reject: bytes are counted -> Short drafts stay drafts
publish_drafts = """
UPDATE posts SET published = true WHERE NOT published AND octet_length(content) >= 20 RETURNING id, title
"""

# %% 2.1b reject: the condition stands in SET -> Nothing else is changed
publish_drafts = "UPDATE posts SET published = length(content) >= 20 AND NOT published RETURNING id, title"

# %% 2.1b reject: everything comes back -> It gives back the posts that it changed
publish_drafts = "UPDATE posts SET published = true WHERE NOT published AND length(content) >= 20 RETURNING *"

# %% 2.1b accept: a regular expression for the length, a sub-select
publish_drafts = """
UPDATE posts SET published = DEFAULT
WHERE id IN (SELECT id FROM posts WHERE NOT published AND content ~ '^.{20,}$') RETURNING posts.title, posts.id
"""

# %% 2.1b reject: two statements -> It is one statement
publish_drafts = """
CREATE TEMPORARY TABLE chosen AS SELECT id, title FROM posts WHERE NOT published AND length(content) >= 20;
UPDATE posts SET published = true WHERE id IN (SELECT id FROM chosen);
SELECT id, title FROM chosen
"""

# %% 2.1b reject: the update, and a question after it -> It is one statement
publish_drafts = """
UPDATE posts SET published = true WHERE NOT published AND length(content) >= 20 RETURNING id, title;
SELECT id, title FROM posts WHERE published AND length(content) >= 20
"""

# %% 2.1b reject: renews the time -> Nothing else is changed
publish_drafts = """
UPDATE posts SET published = true, created_at = now()
WHERE NOT published AND length(content) >= 20 RETURNING id, title
"""

# %% 2.1b reject: spaces at the ends do not count -> It holds for any posts
publish_drafts = """
UPDATE posts SET published = true WHERE NOT published AND length(trim(content)) >= 20 RETURNING id, title
"""

# %% 2.1b reject: the title is trimmed on the way -> Nothing else is changed
publish_drafts = """
UPDATE posts SET published = true, title = trim(title) WHERE NOT published AND length(content) >= 20 RETURNING id, title
"""


# %% 2.1b reject: a pattern that stops at the end of a line -> Long drafts become published
publish_drafts = """
UPDATE posts SET published = true WHERE NOT published AND content ~ '(?p)^.{20}' RETURNING id, title
"""


# %% 2.1b reject: writes published posts anew, and does not tell -> Nothing else is changed
publish_drafts = """
WITH u AS (UPDATE posts p SET published = true FROM posts o WHERE o.id = p.id AND length(p.content) >= 20 RETURNING p.id, p.title, o.published AS old) SELECT id, title FROM u WHERE NOT old
"""


# %% 2.1c accept: OR IS NULL, and a sort key for NULL
highest_fees = """
SELECT name, fee FROM authors
WHERE team <> 'staff' OR team IS NULL
ORDER BY fee IS NULL, fee DESC, name
LIMIT 3
"""

# %% 2.1c accept: COALESCE and a value below all fees
highest_fees = """
SELECT fee, name FROM authors
WHERE COALESCE(team, '') != 'staff'
ORDER BY COALESCE(fee, -1) DESC, name ASC
FETCH FIRST 3 ROWS ONLY
"""

# %% 2.1c accept: all authors except the staff
highest_fees = """
SELECT * FROM (
    SELECT name, fee FROM authors EXCEPT SELECT name, fee FROM authors WHERE team = 'staff'
) AS others
ORDER BY fee DESC NULLS LAST, name LIMIT 3
"""

# %% 2.1c reject: only the order is mended -> Authors without a team are listed
highest_fees = (
    "SELECT name, fee FROM authors WHERE team <> 'staff' ORDER BY fee DESC NULLS LAST, name LIMIT 3"
)

# %% 2.1c reject: only the choice is mended -> Unknown fees come last
highest_fees = """
SELECT name, fee FROM authors WHERE team IS DISTINCT FROM 'staff' ORDER BY fee DESC, name LIMIT 3
"""

# %% 2.1c reject: compared with NULL by an equals sign -> Authors without a team are listed
highest_fees = """
SELECT name, fee FROM authors WHERE team <> 'staff' OR team = NULL
ORDER BY fee DESC NULLS LAST, name LIMIT 3
"""

# %% 2.1c reject: NOT IN -> Authors without a team are listed
highest_fees = """
SELECT name, fee FROM authors WHERE team NOT IN ('staff') ORDER BY fee DESC NULLS LAST, name LIMIT 3
"""

# %% 2.1c reject: nothing sorts equal fees -> Equal fees are sorted by name
highest_fees = """
SELECT name, fee FROM authors WHERE team IS DISTINCT FROM 'staff' ORDER BY fee DESC NULLS LAST LIMIT 3
"""

# %% 2.1c reject: sorts unknown fees by team -> Equal fees are sorted by name
highest_fees = """
SELECT name, fee FROM authors WHERE team IS DISTINCT FROM 'staff'
ORDER BY fee DESC NULLS LAST, CASE WHEN fee IS NULL THEN team ELSE name END LIMIT 3
"""

# %% 2.1c reject: unknown counts as zero -> Unknown fees come last
highest_fees = """
SELECT name, fee FROM authors WHERE team IS DISTINCT FROM 'staff' ORDER BY COALESCE(fee, 0) DESC, name LIMIT 3
"""

# %% 2.1c reject: zero is shown for unknown -> Unknown fees stay unknown
highest_fees = """
SELECT name, COALESCE(fee, 0) AS fee FROM authors WHERE team IS DISTINCT FROM 'staff'
ORDER BY authors.fee DESC NULLS LAST, name LIMIT 3
"""

# %% 2.1c reject: who has no fee is dropped -> Unknown fees come last
highest_fees = """
SELECT name, fee FROM authors WHERE team IS DISTINCT FROM 'staff' AND fee IS NOT NULL
ORDER BY fee DESC, name LIMIT 3
"""

# %% 2.1c reject: sorted upwards, where NULL is last by itself -> The highest fee comes first
highest_fees = "SELECT name, fee FROM authors WHERE team IS DISTINCT FROM 'staff' ORDER BY fee, name LIMIT 3"

# %% 2.1c accept: NOT and COALESCE, the position of the columns
highest_fees = """
SELECT name, fee FROM authors WHERE NOT COALESCE(team = 'staff', false)
ORDER BY (CASE WHEN fee IS NULL THEN 1 ELSE 0 END), 2 DESC, 1 LIMIT 3
"""

# %% 2.1c reject: teams that begin so -> It holds for any authors
highest_fees = """
SELECT name, fee FROM authors WHERE team IS NULL OR team NOT ILIKE 'staff%'
ORDER BY fee DESC NULLS LAST, name LIMIT 3
"""

# %% 2.1c reject: takes three, then leaves out the staff -> It holds for any authors
highest_fees = """
SELECT name, fee FROM (SELECT * FROM authors ORDER BY fee DESC NULLS LAST, name LIMIT 3) AS three
WHERE team IS DISTINCT FROM 'staff' ORDER BY fee DESC NULLS LAST, name
"""

# %% 2.1c reject: the team as well -> It holds for any authors
highest_fees = """
SELECT name, fee, team FROM authors WHERE team IS DISTINCT FROM 'staff' ORDER BY fee DESC NULLS LAST, name LIMIT 3
"""

# %% 2.1c reject: equal fees downwards -> Equal fees are sorted by name
highest_fees = """
SELECT name, fee FROM authors WHERE team IS DISTINCT FROM 'staff'
ORDER BY fee DESC NULLS LAST, name DESC LIMIT 3
"""

# %% 2.1c reject: capitals of a team do not count -> The staff is left out
highest_fees = """
SELECT name, fee FROM authors WHERE lower(team) IS DISTINCT FROM 'staff' ORDER BY fee DESC NULLS LAST, name LIMIT 3
"""


# %% 2.1c reject: fees without cents -> Unknown fees stay unknown
highest_fees = """
SELECT name, round(fee) AS fee FROM authors WHERE team IS DISTINCT FROM 'staff' ORDER BY authors.fee DESC NULLS LAST, name LIMIT 3
"""


# %% 2.1d accept: bigint, named constraints, other spellings
create_plans = """
CREATE TABLE plans (
    id bigint GENERATED ALWAYS AS IDENTITY,
    name varchar(80) NOT NULL,
    price decimal(12, 2) NOT NULL,
    starts_at timestamp with time zone NOT NULL DEFAULT current_timestamp,
    CONSTRAINT plans_pk PRIMARY KEY (id),
    CONSTRAINT name_taken UNIQUE (name),
    CONSTRAINT price_above_zero CHECK (price > 0)
);
"""

# %% 2.1d accept: numeric with a scale in the CHECK, which names the NULL as well
create_plans = """
DROP TABLE IF EXISTS plans;
CREATE TABLE plans (
    id int PRIMARY KEY GENERATED ALWAYS AS IDENTITY (START WITH 100),
    name text UNIQUE CHECK (name IS NOT NULL AND name <> ''),
    price numeric CHECK (price IS NOT NULL AND price >= 0.01 AND price = round(price, 2)),
    starts_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX ON plans (starts_at)
"""

# %% 2.1d reject: the first colleague's design -> An id that somebody brings along is refused
create_plans = """
CREATE TABLE plans (
    id serial PRIMARY KEY, name text UNIQUE, price float CHECK (price > 0), starts_at timestamp DEFAULT now()
)
"""

# %% 2.1d reject: the second colleague's design -> The database gives out the ids
create_plans = "CREATE TABLE plans (id integer PRIMARY KEY, name text NOT NULL, price text, starts_at text)"

# %% 2.1d reject: BY DEFAULT -> An id that somebody brings along is refused
create_plans = """
CREATE TABLE plans (
    id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE,
    price numeric(8, 2) NOT NULL CHECK (price > 0), starts_at timestamptz NOT NULL DEFAULT now()
)
"""

# %% 2.1d reject: a CHECK is trusted with NULL -> A plan without a price is refused
create_plans = """
CREATE TABLE plans (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE,
    price numeric(8, 2) CHECK (price > 0), starts_at timestamptz NOT NULL DEFAULT now()
)
"""

# %% 2.1d reject: UNIQUE is trusted with NULL -> A plan without a name is refused
create_plans = """
CREATE TABLE plans (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text UNIQUE,
    price numeric(8, 2) NOT NULL CHECK (price > 0), starts_at timestamptz NOT NULL DEFAULT now()
)
"""

# %% 2.1d reject: zero is allowed -> A price of zero or less is refused
create_plans = """
CREATE TABLE plans (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE,
    price numeric(8, 2) NOT NULL CHECK (price >= 0), starts_at timestamptz NOT NULL DEFAULT now()
)
"""

# %% 2.1d reject: a default price of zero breaks the promise -> A second plan of the same name is refused
create_plans = """
CREATE TABLE plans (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL,
    price numeric(8, 2) NOT NULL DEFAULT 0 CHECK (price > 0), starts_at timestamptz DEFAULT now()
)
"""

# %% 2.1d reject: float -> Prices are summed to the cent
create_plans = """
CREATE TABLE plans (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE,
    price double precision NOT NULL CHECK (price > 0), starts_at timestamptz NOT NULL DEFAULT now()
)
"""

# %% 2.1d reject: whole numbers -> Prices are summed to the cent
create_plans = """
CREATE TABLE plans (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE,
    price integer NOT NULL CHECK (price > 0), starts_at timestamptz NOT NULL DEFAULT now()
)
"""

# %% 2.1d reject: six digits in all -> A price is stored to the cent
create_plans = """
CREATE TABLE plans (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE,
    price numeric(6, 2) NOT NULL CHECK (price > 0), starts_at timestamptz NOT NULL DEFAULT now()
)
"""

# %% 2.1d reject: timestamp -> Starts at is an instant
create_plans = """
CREATE TABLE plans (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE,
    price numeric(8, 2) NOT NULL CHECK (price > 0), starts_at timestamp NOT NULL DEFAULT now()
)
"""

# %% 2.1d reject: a day -> Starts at is an instant
create_plans = """
CREATE TABLE plans (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE,
    price numeric(8, 2) NOT NULL CHECK (price > 0), starts_at date NOT NULL DEFAULT now()
)
"""

# %% 2.1d reject: no default -> A plan that does not say starts at once
create_plans = """
CREATE TABLE plans (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE,
    price numeric(8, 2) NOT NULL CHECK (price > 0), starts_at timestamptz
)
"""

# %% 2.1d reject: another table -> The database gives out the ids
create_plans = "CREATE TABLE plan (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text)"

# %% 2.1d accept: money counts in cents, too
create_plans = """
CREATE TABLE plans (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE,
    price money NOT NULL CHECK (price > 0::money), starts_at timestamptz NOT NULL DEFAULT now()
)
"""

# %% 2.1d reject: numeric without a scale -> No price has more than whole cents
create_plans = """
CREATE TABLE plans (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE,
    price numeric NOT NULL CHECK (price > 0), starts_at timestamptz NOT NULL DEFAULT now()
)
"""

# %% 2.1d reject: three digits after the point -> No price has more than whole cents
create_plans = """
CREATE TABLE plans (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE,
    price numeric(9, 3) NOT NULL CHECK (price > 0), starts_at timestamptz NOT NULL DEFAULT now()
)
"""

# %% 2.1d reject: one cent is refused -> A price is stored to the cent
create_plans = """
CREATE TABLE plans (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE,
    price numeric(8, 2) NOT NULL CHECK (price > 0.01), starts_at timestamptz NOT NULL DEFAULT now()
)
"""

# %% 2.1d reject: unique only together with the price -> A second plan of the same name is refused
create_plans = """
CREATE TABLE plans (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, UNIQUE (name, price),
    price numeric(8, 2) NOT NULL CHECK (price > 0), starts_at timestamptz NOT NULL DEFAULT now()
)
"""

# %% 2.1d reject: ids that are given out and not kept apart -> No two plans have the same id
create_plans = """
CREATE TABLE plans (
    id integer GENERATED ALWAYS AS IDENTITY, name text NOT NULL UNIQUE,
    price numeric(8, 2) NOT NULL CHECK (price > 0), starts_at timestamptz NOT NULL DEFAULT now()
)
"""

# %% 2.1d reject: the moment at which the table was made -> A plan that does not say starts at once
create_plans = """
CREATE TABLE plans (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE,
    price numeric(8, 2) NOT NULL CHECK (price > 0), starts_at timestamptz NOT NULL DEFAULT timestamptz 'now'
)
"""

# %% 2.1d reject: a start may be NULL -> Every plan has a start
create_plans = """
CREATE TABLE plans (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE,
    price numeric(8, 2) NOT NULL CHECK (price > 0), starts_at timestamptz DEFAULT now()
)
"""

# %% 2.1d reject: the price is unique, too -> A second plan of the same name is refused
create_plans = """
CREATE TABLE plans (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE,
    price numeric(8, 2) NOT NULL UNIQUE CHECK (price > 0), starts_at timestamptz NOT NULL DEFAULT now()
)
"""


# %% 2.1d reject: a uuid by default -> An id that somebody brings along is refused
create_plans = """
CREATE TABLE plans (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name text NOT NULL UNIQUE,
    price numeric(10, 2) NOT NULL CHECK (price > 0),
    starts_at timestamptz NOT NULL DEFAULT now()
)
"""


# %% 2.1e accept: serial, varchar, the constraint at the end
create_comments = """
CREATE TABLE comments (
    id serial PRIMARY KEY,
    post_id int NOT NULL,
    body varchar(2000) NOT NULL CHECK (body <> ''),
    created_at timestamptz NOT NULL DEFAULT current_timestamp,
    FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE
);
"""

# %% 2.1e accept: uuid ids, a foreign key added afterwards, an index
create_comments = """
CREATE TABLE comments (
    id uuid DEFAULT uuidv7() PRIMARY KEY,
    post_id bigint NOT NULL,
    body text NOT NULL,
    created_at timestamptz(0) NOT NULL DEFAULT transaction_timestamp(),
    CHECK (char_length(body) > 0 AND char_length(body) <= 2000)
);
CREATE INDEX ON comments (post_id);
ALTER TABLE comments ADD FOREIGN KEY (post_id) REFERENCES posts ON DELETE CASCADE;
"""

# %% 2.1e reject: no foreign key -> A comment needs a post that exists
create_comments = """
CREATE TABLE comments (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, post_id integer NOT NULL,
    body text NOT NULL CHECK (length(body) BETWEEN 1 AND 2000), created_at timestamptz NOT NULL DEFAULT now()
)
"""

# %% 2.1e reject: the default rule for deleting -> A deleted post takes its comments with it
create_comments = """
CREATE TABLE comments (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, post_id integer NOT NULL REFERENCES posts,
    body text NOT NULL CHECK (length(body) BETWEEN 1 AND 2000), created_at timestamptz NOT NULL DEFAULT now()
)
"""

# %% 2.1e reject: comments stay without a post -> A deleted post takes its comments with it
create_comments = """
CREATE TABLE comments (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, post_id integer REFERENCES posts ON DELETE SET NULL,
    body text NOT NULL CHECK (length(body) BETWEEN 1 AND 2000), created_at timestamptz NOT NULL DEFAULT now()
)
"""

# %% 2.1e reject: a comment on nothing -> A comment needs a post that exists
create_comments = """
CREATE TABLE comments (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, post_id integer REFERENCES posts ON DELETE CASCADE,
    body text NOT NULL CHECK (length(body) BETWEEN 1 AND 2000), created_at timestamptz NOT NULL DEFAULT now()
)
"""

# %% 2.1e reject: one comment a post -> Post id and body are enough
create_comments = """
CREATE TABLE comments (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    post_id integer NOT NULL UNIQUE REFERENCES posts ON DELETE CASCADE,
    body text NOT NULL CHECK (length(body) BETWEEN 1 AND 2000), created_at timestamptz NOT NULL DEFAULT now()
)
"""

# %% 2.1e reject: a CHECK is trusted with NULL -> A body has 1 to 2000 characters
create_comments = """
CREATE TABLE comments (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    post_id integer NOT NULL REFERENCES posts ON DELETE CASCADE,
    body text CHECK (length(body) BETWEEN 1 AND 2000), created_at timestamptz NOT NULL DEFAULT now()
)
"""

# %% 2.1e reject: an empty body -> A body has 1 to 2000 characters
create_comments = """
CREATE TABLE comments (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    post_id integer NOT NULL REFERENCES posts ON DELETE CASCADE,
    body varchar(2000) NOT NULL, created_at timestamptz NOT NULL DEFAULT now()
)
"""

# %% 2.1e reject: plain integer ids -> Post id and body are enough
create_comments = """
CREATE TABLE comments (
    id integer PRIMARY KEY, post_id integer NOT NULL REFERENCES posts ON DELETE CASCADE,
    body text NOT NULL CHECK (length(body) BETWEEN 1 AND 2000), created_at timestamptz NOT NULL DEFAULT now()
)
"""

# %% 2.1e reject: timestamp -> Created at is an instant
create_comments = """
CREATE TABLE comments (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    post_id integer NOT NULL REFERENCES posts ON DELETE CASCADE,
    body text NOT NULL CHECK (length(body) BETWEEN 1 AND 2000), created_at timestamp NOT NULL DEFAULT now()
)
"""

# %% 2.1e reject: nobody fills in the time -> The database fills in when it was written
create_comments = """
CREATE TABLE comments (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    post_id integer NOT NULL REFERENCES posts ON DELETE CASCADE,
    body text NOT NULL CHECK (length(body) BETWEEN 1 AND 2000), created_at timestamptz
)
"""

# %% 2.1e accept: a table without a NULL, by a CHECK over all columns
create_comments = """
CREATE TABLE comments (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    post_id integer NOT NULL REFERENCES posts ON DELETE CASCADE,
    body text NOT NULL CHECK (length(body) BETWEEN 1 AND 2000 AND (body, created_at) IS NOT NULL), created_at timestamptz NOT NULL DEFAULT now()
)
"""

# %% 2.1e reject: two characters at least -> A body has 1 to 2000 characters
create_comments = """
CREATE TABLE comments (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    post_id integer NOT NULL REFERENCES posts ON DELETE CASCADE,
    body text NOT NULL CHECK (length(body) BETWEEN 2 AND 2000), created_at timestamptz NOT NULL DEFAULT now()
)
"""

# %% 2.1e reject: a space does not count -> A body has 1 to 2000 characters
create_comments = """
CREATE TABLE comments (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    post_id integer NOT NULL REFERENCES posts ON DELETE CASCADE,
    body text NOT NULL CHECK (length(trim(body)) BETWEEN 1 AND 2000), created_at timestamptz NOT NULL DEFAULT now()
)
"""

# %% 2.1e reject: bytes are counted -> A body has 1 to 2000 characters
create_comments = """
CREATE TABLE comments (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    post_id integer NOT NULL REFERENCES posts ON DELETE CASCADE,
    body text NOT NULL CHECK (octet_length(body) BETWEEN 1 AND 2000), created_at timestamptz NOT NULL DEFAULT now()
)
"""

# %% 2.1e reject: 1999 at most -> A body has 1 to 2000 characters
create_comments = """
CREATE TABLE comments (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    post_id integer NOT NULL REFERENCES posts ON DELETE CASCADE,
    body text NOT NULL CHECK (length(body) BETWEEN 1 AND 1999), created_at timestamptz NOT NULL DEFAULT now()
)
"""

# %% 2.1e reject: 2001 at most -> A body has 1 to 2000 characters
create_comments = """
CREATE TABLE comments (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    post_id integer NOT NULL REFERENCES posts ON DELETE CASCADE,
    body text NOT NULL CHECK (length(body) BETWEEN 1 AND 2001), created_at timestamptz NOT NULL DEFAULT now()
)
"""

# %% 2.1e reject: the time may be NULL -> The database fills in when it was written
create_comments = """
CREATE TABLE comments (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    post_id integer NOT NULL REFERENCES posts ON DELETE CASCADE,
    body text NOT NULL CHECK (length(body) BETWEEN 1 AND 2000), created_at timestamptz DEFAULT now()
)
"""

# %% 2.1e reject: the moment at which the table was made -> The database fills in when it was written
create_comments = """
CREATE TABLE comments (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    post_id integer NOT NULL REFERENCES posts ON DELETE CASCADE,
    body text NOT NULL CHECK (length(body) BETWEEN 1 AND 2000), created_at timestamptz NOT NULL DEFAULT 'now'::timestamptz
)
"""

# %% 2.1e reject: ids that are given out and not kept apart -> No two comments have the same id
create_comments = """
CREATE TABLE comments (
    id integer GENERATED ALWAYS AS IDENTITY,
    post_id integer NOT NULL REFERENCES posts ON DELETE CASCADE,
    body text NOT NULL CHECK (length(body) BETWEEN 1 AND 2000), created_at timestamptz NOT NULL DEFAULT now()
)
"""

# %% 2.1e reject: a small post_id -> A comment needs a post that exists
create_comments = """
CREATE TABLE comments (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    post_id smallint NOT NULL REFERENCES posts ON DELETE CASCADE,
    body text NOT NULL CHECK (length(body) BETWEEN 1 AND 2000), created_at timestamptz NOT NULL DEFAULT now()
)
"""
