-- A small shop, with a type of most kinds.
CREATE TABLE customers (
    id         serial PRIMARY KEY,
    name       varchar(80) NOT NULL,
    email      text UNIQUE,
    vip        boolean NOT NULL DEFAULT false,
    tags       text[] NOT NULL DEFAULT '{}',
    joined     date NOT NULL DEFAULT '2024-02-29'
);

CREATE TABLE products (
    sku        uuid PRIMARY KEY,
    title      text NOT NULL,
    price      numeric(10, 2) NOT NULL,
    weight     double precision,
    details    jsonb,
    stock      int NOT NULL
);

CREATE TABLE orders (
    id         bigserial PRIMARY KEY,
    customer   int NOT NULL REFERENCES customers,
    sku        uuid NOT NULL REFERENCES products,
    pieces     smallint NOT NULL DEFAULT 1,
    placed     timestamptz NOT NULL DEFAULT '2024-05-01 12:00:00+02'
);

INSERT INTO customers (name, email, vip, tags) VALUES
    ('Ada',   'ada@example.com',   true,  '{math,"first programmer"}'),
    ('Grace', 'grace@example.com', false, '{navy}'),
    ('Alan',  NULL,                false, '{}');

INSERT INTO products VALUES
    ('00000000-0000-4000-8000-00000000000a', 'Kettle', 39.90, 1.2, '{"colour": "red"}', 1000),
    ('00000000-0000-4000-8000-00000000000b', 'Teapot', 24.50, 0.8, NULL,                5000);

INSERT INTO orders (customer, sku) VALUES (1, '00000000-0000-4000-8000-00000000000b');
