# %% 4.5a accept: everything, without what the database has run
def pending(scripts, at):
    ran, todo = set(), list(at)
    while todo:
        each = scripts.get_revision(todo.pop())
        ran.add(each.revision)
        for names in (each.down_revision, each.dependencies):
            todo += [names] if isinstance(names, str) else list(names or ())
    return [each.revision for each in reversed(list(scripts.walk_revisions())) if each.revision not in ran]


# %% 4.5a reject: only one head is walked -> For a new database everything is pending
def pending(scripts, at):
    found = scripts.iterate_revisions(scripts.get_heads()[0], at, implicit_base=True)
    return [script.revision for script in found][::-1]


# %% 4.5a reject: newest first -> Each stands after what it needs
def pending(scripts, at):
    return [script.revision for script in scripts.iterate_revisions("heads", at, implicit_base=True)]


# %% 4.5a reject: all but those the database names -> What comes after the database is pending
def pending(scripts, at):
    return [each.revision for each in reversed(list(scripts.walk_revisions())) if each.revision not in at]


# %% 4.5a reject: what was depended on counts as pending -> What a revision depended on was run too
def pending(scripts, at):
    ran, todo = set(), list(at)
    while todo:
        each = scripts.get_revision(todo.pop())
        ran.add(each.revision)
        names = each.down_revision
        todo += [names] if isinstance(names, str) else list(names or ())
    return [each.revision for each in reversed(list(scripts.walk_revisions())) if each.revision not in ran]


# %% 4.5a reject: sorted by id, which says nothing of the order -> Each stands after what it needs
def pending(scripts, at):
    found = scripts.iterate_revisions("heads", at, implicit_base=True)
    return sorted((script.revision for script in found), reverse=True)


# %% 4.5b accept: a regular expression, at the beginning of a line outside the docstring
import ast
from collections import defaultdict


def clashes(folder):
    found = defaultdict(list)
    for file in folder.iterdir():
        if file.suffix != ".py" or not file.is_file():
            continue
        for node in ast.iter_child_nodes(ast.parse(file.read_bytes())):
            if isinstance(node, ast.Assign):
                names = [each.id for each in node.targets if isinstance(each, ast.Name)]
            elif isinstance(node, ast.AnnAssign) and node.value is not None:
                names = [node.target.id]
            else:
                continue
            if "revision" in names:
                found[ast.literal_eval(node.value)].append(file.name)
    return {number: sorted(names) for number, names in found.items() if len(names) > 1}


# %% 4.5b reject: the number in the file's name -> The name of a file and its docstring do not count
from collections import defaultdict


def clashes(folder):
    found = defaultdict(list)
    for file in sorted(folder.glob("*.py")):
        found[file.name.partition("_")[0]].append(file.name)
    return {number: names for number, names in found.items() if len(names) > 1}


# %% 4.5b reject: any line that looks like it -> The name of a file and its docstring do not count
import re
from collections import defaultdict


def clashes(folder):
    found = defaultdict(list)
    for file in sorted(folder.glob("*.py")):
        match = re.search(r"^revision(?:: str)? = ['\"](.*)['\"]$", file.read_text("utf-8"), re.M)
        if match:
            found[match[1]].append(file.name)
    return {number: names for number, names in found.items() if len(names) > 1}


# %% 4.5b reject: the files are run -> No file is run
import runpy
from collections import defaultdict


def clashes(folder):
    found = defaultdict(list)
    for file in sorted(folder.glob("*.py")):
        number = runpy.run_path(str(file)).get("revision")
        if number:
            found[number].append(file.name)
    return {number: names for number, names in found.items() if len(names) > 1}


# %% 4.5b reject: only the plain form -> Both forms count
import ast
from collections import defaultdict


def clashes(folder):
    found = defaultdict(list)
    for file in sorted(folder.glob("*.py")):
        for node in ast.parse(file.read_text("utf-8")).body:
            if isinstance(node, ast.Assign) and node.targets[0].id == "revision":
                found[node.value.value].append(file.name)
    return {number: names for number, names in found.items() if len(names) > 1}


# %% 4.5b reject: folders in the folder as well -> Only Python files of this folder count
import ast
from collections import defaultdict


def clashes(folder):
    found = defaultdict(list)
    for file in sorted(folder.rglob("*.py")):
        for node in ast.parse(file.read_text("utf-8")).body:
            match node:
                case ast.Assign([ast.Name("revision")], ast.Constant(number)) | ast.AnnAssign(
                    ast.Name("revision"), value=ast.Constant(number)
                ):
                    found[number].append(file.name)
    return {number: names for number, names in found.items() if len(names) > 1}


# %% 4.5b reject: files hold nothing but ASCII -> A file is read as UTF 8
def clashes(folder):
    taken = {}
    for file in sorted(folder.glob("*.py")):
        for line in ast.parse(file.read_text("ascii")).body:
            target = line.targets[0] if isinstance(line, ast.Assign) else getattr(line, "target", None)
            if getattr(target, "id", "") == "revision":
                taken.setdefault(line.value.value, []).append(file.name)
    return {number: names for number, names in taken.items() if len(names) > 1}


# %% 4.5c accept: with Alembic's operations, and down_revision in a line of its own
SCORES = '''"""Scores."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = ("0003", "0002")
branch_labels = None
depends_on = None


def upgrade():
    score = sa.Computed("likes - dislikes", persisted=True)
    op.add_column("posts", sa.Column("score", sa.Integer, score))


def downgrade():
    op.drop_column("posts", "score")
'''
# %% 4.5c reject: after one of the two -> There is one head and it is 0004
SCORES = '''"""Scores."""

from alembic import op

revision, down_revision = "0004", "0003"


def upgrade():
    op.execute("ALTER TABLE posts ADD score integer GENERATED ALWAYS AS (likes - dislikes) STORED")


def downgrade():
    op.execute("ALTER TABLE posts DROP score")
'''
# %% 4.5c reject: computed once, for the posts that exist -> The score follows each change
SCORES = '''"""Scores."""

from alembic import op

revision, down_revision = "0004", ("0002", "0003")


def upgrade():
    op.execute("ALTER TABLE posts ADD score integer NOT NULL DEFAULT 0")
    op.execute("UPDATE posts SET score = likes - dislikes")


def downgrade():
    op.execute("ALTER TABLE posts DROP score")
'''
# %% 4.5c reject: an empty merge -> Posts keep their likes and dislikes
SCORES = '''"""Merge."""

revision, down_revision = "0004", ("0002", "0003")


def upgrade():
    pass


def downgrade():
    pass
'''
# %% 4.5c reject: the downgrade forgets the score -> The downgrade leaves the posts
SCORES = '''"""Scores."""

from alembic import op

revision, down_revision = "0004", ("0002", "0003")


def upgrade():
    op.execute("ALTER TABLE posts ADD score integer GENERATED ALWAYS AS (likes - dislikes) STORED")


def downgrade():
    pass
'''
# %% 4.5c reject: the score of dislikes minus likes -> Posts keep their likes and dislikes
SCORES = '''"""Scores."""

from alembic import op

revision, down_revision = "0004", ("0002", "0003")


def upgrade():
    op.execute("ALTER TABLE posts ADD score integer GENERATED ALWAYS AS (dislikes - likes) STORED")


def downgrade():
    op.execute("ALTER TABLE posts DROP score")
'''
# %% 4.5d accept: a merge, and an 0002 that accepts a table that is there
MERGE = '''"""Merge."""

revision, down_revision = "0004", ("0002", "0003")


def upgrade():
    pass


def downgrade():
    pass
'''
FLAGS = '''"""Flags."""

from alembic import op

revision, down_revision = "0003", "0001"


def upgrade():
    op.execute("CREATE TABLE flags (id integer PRIMARY KEY, post_id integer NOT NULL)")


def downgrade():
    op.execute("DROP TABLE flags")
'''
FILES = {
    "0001_posts.py": POSTS,
    "0002_likes.py": ADAS.replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS"),
    "0003_flags.py": FLAGS,
    "0004_merge.py": MERGE,
}
# %% 4.5d accept: a new revision asks the catalog
MORE = '''"""Likes."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0004", "0003"


def upgrade():
    if not sa.inspect(op.get_bind()).has_table("likes"):
        op.create_table(
            "likes",
            sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
            sa.Column("name", sa.Text, nullable=False),
        )


def downgrade():
    pass
'''
BENS = POSTS.replace("Posts", "Flags").replace('"0001", None', '"0003", "0002"')
BENS = BENS.replace("TABLE posts", "TABLE flags").replace("title text", "post_id integer")
FILES = {"0001.py": POSTS, "0002.py": ADAS, "0003.py": BENS, "0004.py": MORE}
# %% 4.5d reject: nothing but the file as it was, and a merge -> A database with all three tables keeps them
BENS = POSTS.replace("Posts", "Flags").replace('"0001", None', '"0003", "0001"')
BENS = BENS.replace("TABLE posts", "TABLE flags").replace("title text", "post_id integer")
MERGE = """
revision, down_revision = "0004", ("0002", "0003")
def upgrade(): pass
def downgrade(): pass
"""
FILES = {"0001.py": POSTS, "0002.py": ADAS, "0003.py": BENS, "0004.py": MERGE}
# %% 4.5d reject: as it was found -> The shop gets its table
BENS = POSTS.replace("Posts", "Flags").replace('"0001", None', '"0003", "0002"')
BENS = BENS.replace("TABLE posts", "TABLE flags").replace("title text", "post_id integer")
FILES = {"0001.py": POSTS, "0002.py": ADAS, "0003.py": BENS}
# %% 4.5d reject: the table is made again, and the rows are lost -> A database with all three tables keeps them
BENS = POSTS.replace("Posts", "Flags").replace('"0001", None', '"0003", "0002"')
BENS = BENS.replace("TABLE posts", "TABLE flags").replace("title text", "post_id integer")
MORE = ADAS.replace('"0002", "0001"', '"0004", "0003"')
MORE = MORE.replace("CREATE TABLE", "DROP TABLE IF EXISTS likes; CREATE TABLE")
FILES = {"0001.py": POSTS, "0002.py": ADAS, "0003.py": BENS, "0004.py": MORE}
# %% 4.5d reject: a new revision that does not ask -> A database with all three tables keeps them
BENS = POSTS.replace("Posts", "Flags").replace('"0001", None', '"0003", "0002"')
BENS = BENS.replace("TABLE posts", "TABLE flags").replace("title text", "post_id integer")
MORE = ADAS.replace('"0002", "0001"', '"0004", "0003"')
FILES = {"0001.py": POSTS, "0002.py": ADAS, "0003.py": BENS, "0004.py": MORE}
# %% 4.5d reject: the table that comes late has other columns -> The shop gets its table
BENS = POSTS.replace("Posts", "Flags").replace('"0001", None', '"0003", "0002"')
BENS = BENS.replace("TABLE posts", "TABLE flags").replace("title text", "post_id integer")
MORE = ADAS.replace('"0002", "0001"', '"0004", "0003"')
MORE = MORE.replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS").replace("name text NOT NULL", "name text")
FILES = {"0001.py": POSTS, "0002.py": ADAS, "0003.py": BENS, "0004.py": MORE}
# %% 4.5d reject: the flags make the likes, too late for the shop -> The shop gets its table
BENS = POSTS.replace("Posts", "Flags").replace('"0001", None', '"0003", "0002"')
BENS = BENS.replace("TABLE posts", "TABLE flags").replace("title text", "post_id integer")
BENS = BENS.replace(
    'op.execute("CREATE', 'op.execute("CREATE TABLE IF NOT EXISTS likes (id int)")\n    op.execute("CREATE'
)
FILES = {"0001.py": POSTS, "0002.py": ADAS, "0003.py": BENS}


# %% 4.5e accept: SET LOCAL with the name quoted
def upgrade_tenants(engine, tenants, upgrade):
    said = {}
    for tenant in tenants:
        name = tenant.replace('"', '""').replace("%", "%%")
        with engine.connect() as connection:
            try:
                connection.exec_driver_sql(f'SET LOCAL search_path TO "{name}"')
                upgrade(connection)
                connection.commit()
                said[tenant] = "ok"
            except Exception as error:
                connection.rollback()
                said[tenant] = error.__class__.__name__
    return said


# %% 4.5e accept: SET for the session, and the connection is closed for good
def upgrade_tenants(engine, tenants, upgrade):
    def one(tenant):
        quoted = '"' + tenant.replace('"', '""') + '"'
        with engine.connect() as connection:
            try:
                with connection.begin():
                    connection.execute(text("SELECT set_config('search_path', :p, false)"), {"p": quoted})
                    upgrade(connection)
            except Exception as error:
                return type(error).__name__
            finally:
                connection.invalidate()
        return "ok"

    return {tenant: one(tenant) for tenant in tenants}


# %% 4.5e reject: SET for the session -> Others look where they did before
def upgrade_tenants(engine, tenants, upgrade):
    said = {}
    for tenant in tenants:
        quoted = '"' + tenant.replace('"', '""') + '"'
        try:
            with engine.begin() as connection:
                connection.execute(text("SELECT set_config('search_path', :p, false)"), {"p": quoted})
                upgrade(connection)
            said[tenant] = "ok"
        except Exception as error:
            said[tenant] = type(error).__name__
    return said


# %% 4.5e reject: the name is not quoted -> Names may be any text
def upgrade_tenants(engine, tenants, upgrade):
    said = {}
    for tenant in tenants:
        try:
            with engine.begin() as connection:
                connection.execute(text("SELECT set_config('search_path', :p, true)"), {"p": tenant})
                upgrade(connection)
            said[tenant] = "ok"
        except Exception as error:
            said[tenant] = type(error).__name__
    return said


# %% 4.5e reject: one transaction for all -> A failing tenant changes nothing and the others go on
def upgrade_tenants(engine, tenants, upgrade):
    said = {}
    with engine.begin() as connection:
        for tenant in tenants:
            quoted = '"' + tenant.replace('"', '""') + '"'
            try:
                connection.execute(text("SELECT set_config('search_path', :p, true)"), {"p": quoted})
                upgrade(connection)
                said[tenant] = "ok"
            except Exception as error:
                said[tenant] = type(error).__name__
    return said


# %% 4.5e reject: nothing is committed -> Each tenant gets the change in its schema
def upgrade_tenants(engine, tenants, upgrade):
    said = {}
    for tenant in tenants:
        quoted = '"' + tenant.replace('"', '""') + '"'
        try:
            with engine.connect() as connection:
                connection.execute(text("SELECT set_config('search_path', :p, true)"), {"p": quoted})
                upgrade(connection)
            said[tenant] = "ok"
        except Exception as error:
            said[tenant] = type(error).__name__
    return said


# %% 4.5e reject: the exception is caught inside the transaction -> Any exception counts
def upgrade_tenants(engine, tenants, upgrade):
    said = {}
    for tenant in tenants:
        quoted = '"' + tenant.replace('"', '""') + '"'
        with engine.begin() as connection:
            connection.execute(text("SELECT set_config('search_path', :p, true)"), {"p": quoted})
            try:
                upgrade(connection)
                said[tenant] = "ok"
            except Exception as error:
                said[tenant] = type(error).__name__
    return said


# %% 4.5e reject: only errors of the database are caught -> Any exception counts
from sqlalchemy.exc import SQLAlchemyError


def upgrade_tenants(engine, tenants, upgrade):
    said = {}
    for tenant in tenants:
        quoted = '"' + tenant.replace('"', '""') + '"'
        try:
            with engine.begin() as connection:
                connection.execute(text("SELECT set_config('search_path', :p, true)"), {"p": quoted})
                upgrade(connection)
            said[tenant] = "ok"
        except SQLAlchemyError as error:
            said[tenant] = type(error).__name__
    return said
