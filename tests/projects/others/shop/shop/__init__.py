"""Shop: products, carts, orders, payments and refunds."""
