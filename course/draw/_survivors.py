"""Mutants that no test noticed: the lines that they are in, and what stands there in each of them."""

from course.base.text import columns, short
from course.draw.mermaid import BOLD, ROUND, Flowchart, Picture, box, limited
from course.suites.mutation import MutantRun

_MOST = 6  # survivors
_LONGEST = 50  # characters of a line


def survivors(run: MutantRun) -> Picture:
    """A box for each line that a survivor is in, and bold behind it what the mutant has there.

    The first box counts the mutants that were noticed. A run without mutants is one box with its problem.
    """
    chart = Flowchart("LR", "Surviving mutants", nodeSpacing=14, rankSpacing=50, padding=8, wrappingWidth=500)
    chart.styles(alive=BOLD)
    noticed = len(run.mutants) - len(run.survivors)
    said = run.problem or f"{noticed} of {len(run.mutants)} noticed"
    chart.add(box("all", said, shape=ROUND))
    shown, more = limited(run.survivors, _MOST)
    for number, each in enumerate(shown):
        line = box(f"line{each.line}", f"{each.line}: {short(each.old, _LONGEST)}")
        chart.add(line, "==>", box(f"mutant{number}", short(each.new, _LONGEST), style="alive"))
    for at in dict.fromkeys(each.line for each in shown):
        chart.add("all", "-->", f"line{at}")
    if more:
        chart.add("all", "-->", box("more", more))
    rows = [(str(each.line), each.old, each.new) for each in run.survivors]
    return Picture(str(chart), "\n".join(filter(None, [said, columns(rows) if rows else ""])))
