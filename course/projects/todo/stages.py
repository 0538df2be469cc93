"""The ladder of Todo: seven stages, in the order in which somebody would build it."""

from course.projects import common
from course.projects.requirement import stage
from course.projects.todo import dates, lists, running, storage, tasks, users, writers

STAGES = (
    stage(1, "It runs", [running.migrates, common.is_healthy, common.has_one_form_of_errors]),
    stage(
        2,
        "Users",
        [
            users.registers,
            users.takes_an_address_once,
            users.refuses_odd_registrations,
            users.logs_in,
            users.refuses_wrong_passwords,
            users.asks_who_calls,
            users.signs_tokens,
            users.refuses_forged_tokens,
            users.registers_once_at_once,
        ],
    ),
    stage(
        3,
        "Tasks",
        [
            tasks.creates,
            tasks.refuses_odd_tasks,
            tasks.knows_what_is_missing,
            tasks.changes_what_was_sent,
            tasks.refuses_odd_changes,
            tasks.completes,
            tasks.deletes,
            tasks.keeps_users_apart,
        ],
    ),
    stage(
        4,
        "Tags and due dates",
        [
            dates.has_tags,
            dates.refuses_odd_tags,
            dates.lists_tags,
            dates.stores_moments,
            dates.refuses_odd_moments,
            dates.knows_days,
            dates.refuses_odd_days,
        ],
    ),
    stage(
        5,
        "Lists",
        [
            lists.filters_by_done_and_tags,
            lists.searches_titles,
            lists.filters_by_due_date,
            lists.sorts,
            lists.has_pages,
            lists.keeps_filters_on_pages,
            lists.has_pages_that_hold,
            lists.refuses_odd_queries,
        ],
    ),
    stage(
        6,
        "Several at once",
        [
            writers.names_versions,
            writers.asks_for_the_version,
            writers.lets_one_writer_win,
            writers.loses_no_field,
            writers.loses_no_task,
            writers.completes_many,
            writers.completes_all_or_none,
            writers.completes_once,
        ],
    ),
    stage(
        7,
        "The database",
        [
            storage.writes_ahead,
            storage.leaves_nothing_of_a_user,
            storage.has_foreign_keys,
            storage.survives_a_restart,
            storage.survives_a_power_cut,
            storage.migrates_with_rows,
            storage.takes_old_rows_over,
        ],
    ),
)
