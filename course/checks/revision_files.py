"""Whole files of revisions: a migration environment around them, in a temporary folder."""

import linecache
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from course.base.text import short
from course.checks.expectations import require
from course.checks.revisions import here, migrating

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import MetaData

_ENVIRONMENT = '''"""Runs the revisions on the engine that the configuration has."""

from contextlib import nullcontext

from alembic import context

about = context.config.attributes
offline = context.is_offline_mode()
options = {"dialect_name": "postgresql", "literal_binds": True} if offline else {}
with nullcontext() if offline else about["engine"].connect() as connection:
    context.configure(connection=connection, target_metadata=about["metadata"], **options)
    with context.begin_transaction():
        context.run_migrations()
'''


_NUMBERS = "Each revision has a number of its own, and its down_revision is the number of another, or None."


@contextmanager
def revision_folder(
    url: str, files: Mapping[str, str], metadata: "MetaData | None" = None
) -> Iterator["Config"]:
    """A migration environment with these revision files; its configuration runs on the database at `url`.

    `files`: text by name, such as {"0001_posts.py": …}. `metadata`: the models'. Commands are called in this
    process: `command.upgrade(config, "head")`; what they print stands in `config.stdout`, a StringIO.
    What Alembic or PostgreSQL says in the block becomes an unmet expectation; an error of a revision file's
    own lines is raised as it is.
    """
    from alembic.config import Config

    with tempfile.TemporaryDirectory(prefix="course-revisions-") as made, here(url) as engine:
        _write(Path(made), files)
        config = Config(stdout=StringIO(), output_buffer=StringIO())
        config.set_main_option("script_location", str(Path(made) / "environment").replace("%", "%%"))
        config.set_main_option("version_locations", str(Path(made) / "migrations").replace("%", "%%"))
        config.set_main_option("path_separator", "newline")
        config.attributes.update(engine=engine, metadata=metadata)
        with migrating("the revisions"), _files_told():
            yield config


@contextmanager
def _files_told() -> Iterator[None]:
    """What Python and Alembic say of a file that is no revision, as an unmet expectation."""
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("error", message="Revision .* is (not present|present more than once)")
            yield
    except UserWarning as error:
        _no_revision("the revisions", short(error, 120), _NUMBERS)
    except SyntaxError as error:
        where = f"{Path(error.filename or '').name}, line {error.lineno}: {(error.text or '').strip()}"
        _no_revision(where, f"{type(error).__name__}: {error.msg}")
    except AttributeError as error:
        name = getattr(error.obj, "__name__", "")
        if not name.endswith("_py"):  # how Alembic calls the module of a file
            raise
        needed = "Each revision file has `revision`, `down_revision`, `upgrade()` and `downgrade()`."
        _no_revision(f"{name.removesuffix('_py')}.py", f"no {error.name}", needed)


def _no_revision(where: str, got: str, means: str | None = None) -> None:
    require(False, tried=where, expected="a revision that Alembic can read", got=got, means=means)


def _write(folder: Path, files: Mapping[str, str]) -> None:
    (folder / "environment").mkdir()
    (folder / "migrations").mkdir()
    (folder / "environment" / "env.py").write_text(_ENVIRONMENT, encoding="utf-8")
    for name, text in files.items():
        path = folder / "migrations" / name
        path.write_text(text, encoding="utf-8")
        # A verdict quotes the line that raised, when the folder is gone.
        linecache.cache[str(path)] = (len(text), None, text.splitlines(keepends=True), str(path))
