"""What is asked by the program that starts this process, and by the load balancer."""

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST

from app.errors import Busy
from app.guards import may_scrape
from app.metrics import exposition
from app.readiness import readiness

router = APIRouter()


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


@router.get("/metrics", dependencies=[may_scrape], include_in_schema=False)
async def metrics() -> Response:
    """What Prometheus reads."""
    return Response(exposition(), media_type=CONTENT_TYPE_LATEST)
