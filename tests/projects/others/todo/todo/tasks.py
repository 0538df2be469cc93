"""Requests about tasks."""

from sqlite3 import Row

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from todo import store
from todo.db import row_id
from todo.listing import list_tasks
from todo.models import Completion, ListQuery, NewTask, TaskChange
from todo.problems import Problem
from todo.web import Call, for_user, header_of, names, resource


def _task(call: Call) -> Row:
    return store.get(call.conn, call.user["id"], row_id(call.request.path_params["id"]))


def _task_to_change(call: Call) -> Row:
    row = _task(call)
    wanted = header_of(call.request, "If-Match")
    if wanted is not None and not names(wanted, store.etag(row), weak=False):
        raise Problem(412, "The task has another version by now.")
    return row


def _answer(call: Call, task_id: int, status: int = 200) -> Response:
    row = store.get(call.conn, call.user["id"], task_id)
    [task] = store.as_tasks(call.conn, [row])
    response = JSONResponse(task, status, {"ETag": store.etag(row)})
    if status == 201:
        response.headers["Location"] = f"/tasks/{task_id}"
    return response


def create(call: Call) -> Response:
    """A new task."""
    new = NewTask.model_validate_json(call.body)
    return _answer(call, store.add(call.conn, call.user["id"], new), 201)


def show(call: Call) -> Response:
    """A task, unless the client has this version."""
    row = _task(call)
    seen = header_of(call.request, "If-None-Match")
    if seen is not None and names(seen, store.etag(row), weak=True):
        return Response(status_code=304, headers={"ETag": store.etag(row)})
    return _answer(call, row["id"])


def change(call: Call) -> Response:
    """Some fields of a task."""
    row = _task_to_change(call)
    store.change(call.conn, row, TaskChange.model_validate_json(call.body))
    return _answer(call, row["id"])


def delete(call: Call) -> Response:
    """A task that goes."""
    store.delete(call.conn, _task_to_change(call))
    return Response(status_code=204)


def complete(call: Call) -> Response:
    """Several tasks at once, or none."""
    ids = Completion.model_validate_json(call.body).ids
    return JSONResponse({"completed": store.complete(call.conn, call.user["id"], ids)})


def show_list(call: Call) -> Response:
    """A page of tasks. A parameter that is sent twice stays a list, which only `tag` may be."""
    sent = call.request.query_params
    lists = {name: sent.getlist(name) for name in sent}
    values = {name: each if name == "tag" or len(each) > 1 else each[0] for name, each in lists.items()}
    return JSONResponse(list_tasks(call.conn, call.user["id"], ListQuery.model_validate(values)))


def show_tags(call: Call) -> Response:
    """One's own tags."""
    return JSONResponse({"items": store.tags(call.conn, call.user["id"])})


ROUTES: list[Route] = [
    resource("/tasks", GET=for_user(show_list, query=True), POST=for_user(create, write=True)),
    resource("/tasks/complete", POST=for_user(complete, write=True)),
    resource(
        "/tasks/{id}",
        GET=for_user(show),
        PATCH=for_user(change, write=True),
        DELETE=for_user(delete, write=True),
    ),
    resource("/tags", GET=for_user(show_tags)),
]
