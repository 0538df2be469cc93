"""What is asked by the program that starts this process, and by the load balancer."""

from fastapi import APIRouter

from app.errors import Busy
from app.guards import anyone
from app.readiness import readiness

router = APIRouter(dependencies=[anyone])


@router.get("/live")
async def live() -> str:
    """It runs."""
    return "live"


@router.get("/ready")
async def ready() -> str:
    """It can do its work."""
    if reason := await readiness.reason():
        raise Busy(reason)
    return "ready"
