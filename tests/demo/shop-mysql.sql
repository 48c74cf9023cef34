-- The shop of shop.sql, in MySQL's and MariaDB's types.
CREATE TABLE customers (
    id         int AUTO_INCREMENT PRIMARY KEY,
    name       varchar(80) NOT NULL,
    email      varchar(200) UNIQUE,
    vip        boolean NOT NULL DEFAULT false,
    tags       set('math', 'navy', 'first') NOT NULL DEFAULT '',
    joined     date NOT NULL DEFAULT '2024-02-29'
);

CREATE TABLE products (
    sku        char(36) CHARACTER SET ascii PRIMARY KEY,
    title      varchar(200) NOT NULL,
    price      decimal(10, 2) NOT NULL,
    weight     double,
    details    json,
    stock      int NOT NULL
);

CREATE TABLE orders (
    id         bigint AUTO_INCREMENT PRIMARY KEY,
    customer   int NOT NULL,
    sku        char(36) CHARACTER SET ascii NOT NULL,
    pieces     smallint NOT NULL DEFAULT 1,
    placed     timestamp NOT NULL DEFAULT '2024-05-01 10:00:00',
    FOREIGN KEY (customer) REFERENCES customers (id),
    FOREIGN KEY (sku) REFERENCES products (sku)
);

INSERT INTO customers (name, email, vip, tags) VALUES
    ('Ada',   'ada@example.com',   true,  'math,first'),
    ('Grace', 'grace@example.com', false, 'navy'),
    ('Alan',  NULL,                false, '');

INSERT INTO products VALUES
    ('00000000-0000-4000-8000-00000000000a', 'Kettle', 39.90, 1.2, '{"colour": "red"}', 1000),
    ('00000000-0000-4000-8000-00000000000b', 'Teapot', 24.50, 0.8, NULL,                5000);

INSERT INTO orders (customer, sku) VALUES (1, '00000000-0000-4000-8000-00000000000b');
