"""Tasks and tags over HTTP."""

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response

from app.callers import Reader, Writer
from app.database import Reading, Writing
from app.models import Task
from app.schemas import (
    MOST,
    Completed,
    Ids,
    TagList,
    TaskCreate,
    TaskList,
    TaskResponse,
    TaskUpdate,
    Wanted,
)
from app.services import lists, tasks

router = APIRouter(tags=["tasks"])
TaskId = Annotated[int, Path(ge=1, le=MOST)]


def etag(task: Task) -> str:
    return f'"{task.version}"'


def named_versions(if_match: Annotated[str | None, Header()] = None) -> set[str] | None:
    """The versions that a client knows; None for each."""
    if if_match is None or if_match.strip() == "*":
        return None
    return set(re.findall(r'(?<!W/)"([^"]*)"', if_match))


Versions = Annotated[set[str] | None, Depends(named_versions)]


@router.post("/tasks", status_code=201, response_model=TaskResponse)
def create_task(
    sent: TaskCreate,
    user: Writer,
    session: Writing,
    request: Request,
    response: Response,
) -> Task:
    task = tasks.create_task(session, user, sent.model_dump())
    where = request.app.url_path_for("read_task", task_id=task.id)
    response.headers.update({"Location": where, "ETag": etag(task)})
    return task


@router.get("/tasks", response_model=TaskList)
def list_tasks(
    wanted: Annotated[Wanted, Query()], user: Reader, session: Reading
) -> dict[str, object]:
    items, following = lists.find_tasks(session, user, wanted)
    return {"items": items, "next": following}


@router.post("/tasks/complete")
def complete_tasks(sent: Ids, user: Writer, session: Writing) -> Completed:
    return Completed(completed=tasks.complete_tasks(session, user, set(sent.ids)))


@router.get("/tasks/{task_id}", response_model=TaskResponse)
def read_task(
    task_id: TaskId,
    user: Reader,
    session: Reading,
    response: Response,
    if_none_match: Annotated[str, Header()] = "",
) -> Task | Response:
    task = tasks.own_task(session, user, task_id)
    response.headers["ETag"] = etag(task)
    if etag(task) in if_none_match:
        return Response(status_code=304, headers={"ETag": etag(task)})
    return task


@router.patch("/tasks/{task_id}", response_model=TaskResponse)
def change_task(
    task_id: TaskId,
    sent: TaskUpdate,
    versions: Versions,
    user: Writer,
    session: Writing,
    response: Response,
) -> Task:
    task = tasks.seen_task(session, user, task_id, versions)
    tasks.change_task(session, task, sent.model_dump(exclude_unset=True))
    response.headers["ETag"] = etag(task)
    return task


@router.delete("/tasks/{task_id}", status_code=204)
def delete_task(
    task_id: TaskId, versions: Versions, user: Writer, session: Writing
) -> None:
    session.delete(tasks.seen_task(session, user, task_id, versions))


@router.get("/tags", response_model=TagList)
def list_tags(user: Reader, session: Reading) -> dict[str, object]:
    return {"items": tasks.count_tags(session, user)}
