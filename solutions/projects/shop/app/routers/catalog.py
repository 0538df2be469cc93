"""Customers' tokens, products and variants over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.callers import only_admin
from app.database import DbSession
from app.dependencies import Id, SkuInPath
from app.models import Product, Variant
from app.schemas.catalog import (
    Page,
    ProductCreate,
    ProductList,
    ProductResponse,
    VariantResponse,
    VariantUpdate,
)
from app.schemas.orders import Token, TokenRequest
from app.security import new_token
from app.services import catalog

router = APIRouter(tags=["catalog"])


@router.post("/tokens", status_code=201, dependencies=[only_admin])
async def create_token(sent: TokenRequest, session: DbSession) -> Token:
    customer_id = await catalog.customer_of(session=session, email=sent.email)
    return Token(token=new_token(customer_id))


@router.post(
    "/products",
    status_code=201,
    response_model=ProductResponse,
    dependencies=[only_admin],
)
async def create_product(
    sent: ProductCreate, session: DbSession, request: Request, response: Response
) -> Product:
    product = await catalog.create_product(session=session, **sent.model_dump())
    where = request.app.url_path_for("read_product", product_id=product.id)
    response.headers["Location"] = where
    return product


@router.get("/products", response_model=ProductList)
async def list_products(
    page: Annotated[Page, Query()], session: DbSession
) -> dict[str, object]:
    items, following = await catalog.find_products(session=session, **page.model_dump())
    return {"items": items, "next": following}


@router.get("/products/{product_id}", response_model=ProductResponse)
async def read_product(product_id: Id, session: DbSession) -> Product:
    return await catalog.read_product(session=session, product_id=product_id)


@router.patch(
    "/variants/{sku}", response_model=VariantResponse, dependencies=[only_admin]
)
async def change_variant(
    sku: SkuInPath, sent: VariantUpdate, session: DbSession
) -> Variant:
    return await catalog.change_variant(session=session, sku=sku, **sent.model_dump())
