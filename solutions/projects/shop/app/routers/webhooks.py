"""Where the payment provider tells how payments end."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request
from pydantic import ValidationError

from app.database import DbSession
from app.errors import Invalid
from app.provider import PaymentProvider
from app.schemas.orders import Webhook
from app.security import check_webhook
from app.services import payments

router = APIRouter(tags=["webhooks"])


async def signed(
    request: Request,
    webhook_timestamp: Annotated[str, Header()] = "",
    webhook_signature: Annotated[str, Header()] = "",
) -> Webhook:
    """What the provider has signed, byte for byte. Raises Forbidden, Invalid."""
    body = await request.body()
    check_webhook(body, webhook_timestamp, webhook_signature)
    try:
        return Webhook.model_validate_json(body)
    except ValidationError:
        raise Invalid("The body is no webhook.") from None


@router.post("/webhooks/payments")
async def hear(
    told: Annotated[Webhook, Depends(signed)],
    session: DbSession,
    provider: PaymentProvider,
) -> dict[str, str]:
    await payments.hear(session=session, provider=provider, told=told)
    return {"status": "heard"}
