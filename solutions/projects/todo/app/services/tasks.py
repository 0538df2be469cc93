"""One task, or several by their ids."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import NotFound, Outdated
from app.models import Task, TaskTag, User, now


def create_task(session: Session, owner: User, values: dict[str, Any]) -> Task:
    """Store a new task."""
    tags = values.pop("tags")
    task = Task(owner_id=owner.id, **values)
    task.tagged = [TaskTag(name=name) for name in tags]
    session.add(task)
    session.flush()
    return task


def own_task(session: Session, owner: User, task_id: int) -> Task:
    """A task of the caller's. Raises NotFound."""
    task = session.get(Task, task_id)
    if task is None or task.owner_id != owner.id:
        raise NotFound(f"There is no task {task_id}.")
    return task


def seen_task(
    session: Session, owner: User, task_id: int, versions: set[str] | None
) -> Task:
    """A task in one of the versions that the client knows. Raises NotFound, Outdated."""
    task = own_task(session, owner, task_id)
    if versions is not None and str(task.version) not in versions:
        raise Outdated(f"Task {task_id} has changed. Read it again.")
    return task


def change_task(session: Session, task: Task, values: dict[str, Any]) -> Task:
    """Change the fields that were sent."""
    if "done" in values:
        done = values.pop("done")
        values["completed_at"] = (task.completed_at or now()) if done else None
    if "tags" in values:
        kept = {each.name: each for each in task.tagged}
        wanted = values.pop("tags")
        task.tagged = [kept.get(name) or TaskTag(name=name) for name in wanted]
    for name, value in values.items():
        setattr(task, name, value)
    task.version += 1
    session.flush()
    return task


def complete_tasks(session: Session, owner: User, ids: set[int]) -> list[int]:
    """Complete all these tasks or none; those that were open. Raises NotFound."""
    wanted = select(Task).where(Task.id.in_(ids), Task.owner_id == owner.id)
    found = session.scalars(wanted.order_by(Task.id)).all()
    if len(found) != len(ids):
        raise NotFound("One of these tasks does not exist.")
    opened = [task for task in found if not task.done]
    for task in opened:
        change_task(session, task, {"done": True})
    return [task.id for task in opened]


def count_tags(session: Session, owner: User) -> list[dict[str, Any]]:
    """The tags of the caller's tasks, by name, and how many tasks have each."""
    tasks = func.count().label("tasks")
    wanted = select(TaskTag.name, tasks).join(Task).where(Task.owner_id == owner.id)
    found = session.execute(wanted.group_by(TaskTag.name).order_by(TaskTag.name))
    return [dict(row) for row in found.mappings()]
