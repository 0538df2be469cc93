"""The ladder of Blog: eight stages, in the order in which somebody would build it."""

from course.projects import common
from course.projects.blog import articles, finding, lists, people, running, storage, users, writers
from course.projects.requirement import stage

STAGES = (
    stage(
        1,
        "It runs",
        [
            running.migrates,
            common.is_healthy,
            running.has_one_form_of_errors,
            running.answers_preflights,
            running.lets_other_origins_read,
        ],
    ),
    stage(
        2,
        "Users",
        [
            users.registers,
            users.takes_names_and_addresses_once,
            users.refuses_odd_registrations,
            users.logs_in,
            users.refuses_wrong_passwords,
            users.changes_a_user,
            users.refuses_odd_changes,
            users.signs_tokens,
            users.refuses_forged_tokens,
            users.stores_hashes,
            users.registers_once_at_once,
        ],
    ),
    stage(
        3,
        "Articles",
        [
            articles.publishes,
            articles.refuses_odd_articles,
            articles.makes_slugs,
            articles.tells_equal_titles_apart,
            articles.changes_what_was_sent,
            articles.moves_slugs,
            articles.refuses_odd_changes_of_articles,
            articles.lets_authors_alone_change,
            articles.deletes,
        ],
    ),
    stage(
        4,
        "People, favourites, comments, tags",
        [
            people.shows_profiles,
            people.follows,
            people.keeps_favourites,
            people.takes_comments,
            people.deletes_comments,
            people.lists_tags,
        ],
    ),
    stage(
        5,
        "Lists and the feed",
        [
            lists.shows_the_newest_first,
            lists.filters,
            lists.has_pages,
            lists.reads_the_feed,
            lists.keeps_the_feed_free,
            lists.knows_the_caller,
            lists.asks_who_calls,
            lists.knows_what_is_missing,
            lists.refuses_odd_queries,
        ],
    ),
    stage(
        6,
        "Pages by key, and search",
        [
            finding.turns_pages_by_key,
            finding.keeps_pages_while_people_write,
            finding.keeps_filters_on_pages,
            finding.finds_words,
            finding.knows_forms_of_words,
            finding.reads_signs_in_searches,
            finding.searches_what_is_there_now,
            finding.has_an_index_for_searches,
        ],
    ),
    stage(
        7,
        "Several at once",
        [
            writers.publishes_equal_titles_at_once,
            writers.counts_a_favourite_once,
            writers.counts_all_favourites,
            writers.follows_once_at_once,
            writers.gives_a_name_once,
            writers.loses_no_field,
            writers.deletes_once,
        ],
    ),
    stage(
        8,
        "The database",
        [
            storage.leaves_nothing_of_an_article,
            storage.survives_a_power_cut,
            storage.migrates_with_rows,
            storage.takes_old_rows_over,
            storage.keeps_old_favourites,
        ],
    ),
)
