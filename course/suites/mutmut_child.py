"""The process that `mutation.run_mutants` starts: mutmut in this folder, then what it made, as JSON.

In a process of its own because mutmut sets, once and for all, how Python starts processes.
"""

import json
import sys
from pathlib import Path

CONFIG = """\
[mutmut]
source_paths={module}
only_mutate={module}
also_copy={folder}
pytest_add_cli_args_test_selection={tests}
"""


def main(module: str, tests: str, found: str) -> None:
    """Run mutmut on a module with these tests; the file `found` gets a list of code and diff."""
    folder = module.partition("/")[0]
    Path("setup.cfg").write_text(CONFIG.format(module=module, folder=folder, tests=tests), encoding="utf-8")
    from mutmut.__main__ import cli  # it reads its settings at once
    from mutmut.mutation.diff_apply import get_diff_for_mutant

    cli(["run", "--max-children", "2"], standalone_mode=False)
    meta = json.loads(Path("mutants", f"{module}.meta").read_text(encoding="utf-8"))
    codes = meta["exit_code_by_key"].items()
    made = [(code, get_diff_for_mutant(name, path=Path(module))) for name, code in codes]
    Path(found).write_text(json.dumps(made), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
