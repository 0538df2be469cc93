-- Takes over the rows of the program before this one, where its tables are.
CREATE FUNCTION old_sku(product text, size text) RETURNS text LANGUAGE sql AS
$$ SELECT 'OLD-' || product || CASE WHEN size = '' THEN '' ELSE '-' || upper(size) END $$;

DO $$
BEGIN
    IF to_regclass('old_products') IS NULL OR to_regclass('old_orders') IS NULL THEN
        RETURN;
    END IF;

    INSERT INTO products (id, name, currency) SELECT id, name, 'EUR' FROM old_products;
    INSERT INTO variants (sku, product_id, size, price, stock)
    SELECT old_sku(o.id::text, trim(s.size)), o.id, trim(s.size),
        round(o.price::numeric * 100), s.stock::integer
    FROM old_products o, ROWS FROM (
        string_to_table(coalesce(nullif(trim(o.sizes), ''), ' '), ','), string_to_table(o.stock, ',')
    ) AS s (size, stock);

    INSERT INTO customers (email) SELECT DISTINCT lower(trim(email)) FROM old_orders;
    INSERT INTO orders (id, customer_id, status, currency, total, address, payment, created_at)
    SELECT o.id, c.id, CASE o.state WHEN 'sent' THEN 'shipped' ELSE o.state END, 'EUR', 0, o.address,
        o.payment, o.placed
    FROM old_orders o JOIN customers c ON c.email = lower(trim(o.email));
    INSERT INTO order_lines (order_id, sku, name, size, quantity, price)
    SELECT o.id, old_sku(l.value ->> 'product', s.size), l.value ->> 'name', s.size,
        (l.value ->> 'count')::integer, replace(l.value ->> 'price', ',', '.')::numeric * 100
    FROM old_orders o, json_array_elements(o.body::json -> 'lines') WITH ORDINALITY AS l (value, n),
        LATERAL (SELECT trim(coalesce(l.value ->> 'size', '')) AS size) s
    ORDER BY o.id, l.n;
    UPDATE orders o SET total =
        coalesce((SELECT sum(price * quantity) FROM order_lines WHERE order_id = o.id), 0);

    PERFORM setval(pg_get_serial_sequence('products', 'id'), greatest(max(id), 1)) FROM products;
    PERFORM setval(pg_get_serial_sequence('orders', 'id'), greatest(max(id), 1)) FROM orders;
END $$;

DROP FUNCTION old_sku;
