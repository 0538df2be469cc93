"""Which of the packages that moved break a test: a search that halves them.

picire, a library of delta debugging, was considered: it also tries every complement, and each try here is an
environment and a run.
"""

from collections.abc import Callable, Sequence

Moved = frozenset[str]


def culprits(
    candidates: Sequence[str],
    fails: Callable[[Moved], bool],
    closed: Callable[[Moved], Moved] = lambda moved: moved,
) -> tuple[str, ...]:
    """The packages that have to move for a test to fail; where others would do too, those that come first.

    `fails` runs the test with some packages moved and the others as before. It is asked only about sets that
    `closed` has made complete (a package brings those along without which it does not run); it must be false
    for none and true for all. What fails with some packages is taken to fail with more of them too: then none
    of those returned can be left out.
    """
    needed: tuple[str, ...] = ()
    rest = list(candidates)
    while not needed or (rest and not fails(closed(frozenset(needed)))):
        passing, failing = 0, len(rest)  # how many of `rest`, besides those that are needed
        while failing - passing > 1:
            middle = (passing + failing) // 2
            if fails(closed(frozenset((*needed, *rest[:middle])))):
                failing = middle
            else:
                passing = middle
        needed = (*needed, rest[failing - 1])
        rest = rest[: failing - 1]
    return needed
