"""The rows of the benchmark: about 250 bytes each in the log, 760 in Kafka without schemas."""

from contextlib import closing

SCHEMA = """
CREATE TABLE bench (
    id bigint PRIMARY KEY,
    customer_id integer NOT NULL,
    status text NOT NULL,
    email varchar(80) NOT NULL,
    amount numeric(12,2) NOT NULL,
    quantity integer,
    active boolean NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamptz,
    note text
);
"""

_ROWS = """
INSERT INTO bench
SELECT g, g % 100000, (ARRAY['new','paid','shipped','returned'])[g % 4 + 1],
       'customer' || g % 100000 || '@example.com', (g % 1000000) / 100.0, g % 50, g % 3 = 0,
       timestamp '2024-01-01' + g * interval '1 second', now(),
       'A note of usual length that a customer left with order ' || g || ', please ring twice.'
  FROM generate_series({first}, {last}) g;
"""


def one_big_transaction(pg, db, rows, first=1):
    pg.sql(db, _ROWS.format(first=first, last=first + rows - 1))


def many_small_transactions(pg, db, rows, first=1, per=3):
    """Transactions of three rows each, as an application would write them."""
    pg.sql(db, f"""
        CREATE OR REPLACE PROCEDURE fill(first bigint, rows bigint, per bigint)
            LANGUAGE plpgsql AS $$
        BEGIN
            SET LOCAL synchronous_commit = off;
            FOR i IN 0 .. rows / per - 1 LOOP
                {_ROWS.format(first='first + i * per', last='first + i * per + per - 1')}
                COMMIT;
            END LOOP;
        END $$;""")
    with closing(pg.connect(db)) as connection, connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("CALL fill(%s, %s, %s)", (first, rows // per * per, per))
    return rows // per * per
