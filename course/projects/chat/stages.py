"""The ladder of Chat: eight stages, in the order in which somebody would build it."""

from course.projects import common
from course.projects.chat import (
    connections,
    messages,
    moderation,
    presence,
    resume,
    rooms,
    running,
    slow,
    users,
    workers,
)
from course.projects.chat.world import tidy
from course.projects.requirement import stage

STAGES = (
    stage(1, "It runs", [running.migrates, common.is_healthy, common.has_one_form_of_errors]),
    stage(
        2,
        "Users",
        [
            users.registers_and_logs_in,
            users.takes_a_name_once,
            users.refuses_odd_registrations,
            users.refuses_wrong_passwords,
            users.asks_who_calls,
            users.signs_tokens,
            users.refuses_forged_tokens,
        ],
    ),
    stage(
        3,
        "Rooms and members",
        [
            rooms.creates_rooms,
            rooms.refuses_odd_rooms,
            rooms.lets_people_join,
            rooms.hides_private_rooms,
            rooms.invites,
            rooms.gives_roles,
            rooms.lets_people_leave,
            rooms.kicks,
            rooms.limits_rooms,
        ],
    ),
    stage(
        4,
        "A connection",
        tidy(
            [
                connections.welcomes,
                connections.refuses_bad_tokens,
                connections.refuses_strangers,
                connections.wants_a_hello,
                connections.waits_ten_seconds,
                connections.ends_with_the_token,
                connections.refuses_odd_frames,
                connections.refuses_large_frames,
            ]
        ),
    ),
    stage(
        5,
        "Messages",
        tidy(
            [
                messages.stores_messages,
                messages.keeps_texts,
                messages.refuses_odd_texts,
                messages.stores_once,
                messages.numbers_without_gaps,
                messages.limits_rates,
                messages.has_a_history,
            ]
        ),
    ),
    stage(
        6,
        "Coming again",
        tidy(
            [
                resume.resumes_after,
                resume.begins_at_the_beginning,
                resume.remembers_acknowledgements,
                resume.resumes_while_others_talk,
                resume.takes_a_send_again,
                resume.survives_a_restart,
                resume.survives_a_power_cut,
            ]
        ),
    ),
    stage(
        7,
        "Who is there, and who may speak",
        tidy(
            [
                presence.tells_who_is_there,
                presence.counts_connections,
                presence.passes_typing_on,
                presence.stores_no_typing,
                moderation.deletes_messages,
                moderation.mutes,
                moderation.closes_connections_of_the_kicked,
                moderation.bans,
                moderation.bans_by_rank,
            ]
        ),
    ),
    stage(
        8,
        "Two workers, and slow readers",
        tidy(
            [
                workers.carries_messages,
                workers.stores_once_across_workers,
                workers.limits_rates_across_workers,
                workers.knows_who_is_there_across_workers,
                workers.bans_across_workers,
                workers.notices_a_killed_worker,
                workers.survives_valkey,
                workers.works_without_valkey,
                slow.keeps_a_slow_reader_from_others,
                slow.loses_nothing_for_a_slow_reader,
            ]
        ),
    ),
)
