"""Writers that never rest: transactions of 1 to 50 rows, some with savepoints that roll back, some
that fail as a whole, now and then one of thousands of rows."""

import contextlib
import random
import threading
import time

import psycopg2

KEYS = 3000  # of each table, besides those that the snapshot found
LARGE = 3000  # rows of a large transaction


class Writers:
    """`with Writers(db, seed):`; all writing has ended when the block ends."""

    def __init__(self, db, seed, threads=3, pause=0.01, large=0.002):
        self._db, self._pause, self._large = db, pause, large
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._write, args=(random.Random(f"{seed}/{number}"),))
            for number in range(threads)
        ]
        self.transactions = 0
        self.failures = []

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        for thread in self._threads:
            thread.join()
        if self.failures:
            raise self.failures[0]

    # Inside

    def _write(self, rng):
        try:
            while not self._stop.is_set():
                self._write_until_cut_off(rng)
                time.sleep(0.05)  # the database may be restarting
        except Exception as error:  # pylint: disable=broad-except
            self.failures.append(error)

    def _write_until_cut_off(self, rng):
        try:
            self._write_while_connected(rng)
        except psycopg2.Error as error:
            # A lost connection is an OperationalError, or an error without the server's code.
            if error.pgcode and not isinstance(error, psycopg2.OperationalError):
                raise

    def _write_while_connected(self, rng):
        with contextlib.closing(self._db.connect()) as connection:
            with connection.cursor() as cursor:
                cursor.execute("SET deadlock_timeout = '50ms'")
                while not self._stop.is_set():
                    self._transaction(cursor, rng)
                    self._rest(rng)

    def _rest(self, rng):
        time.sleep(rng.random() * self._pause)

    def _transaction(self, cursor, rng):
        large = rng.random() < self._large
        statements = [_large(rng)] if large else self._small(rng)
        try:
            # One message, one implicit transaction unless it says BEGIN.
            cursor.execute("BEGIN;" + ";".join(statements) + ";COMMIT")
            self.transactions += 1
        except (psycopg2.errors.DeadlockDetected, psycopg2.errors.UniqueViolation):
            cursor.execute("ROLLBACK")

    def _small(self, rng):
        statements = []
        for _ in range(rng.choice([1, 1, 2, 3, 5, 8, 20, 50])):
            # Few keys take most of the changes, so that their order means something.
            key = rng.randrange(20) if rng.random() < 0.2 else rng.randrange(KEYS)
            statements.append(rng.choice(self._statements())(rng, 1_000_000 + key))
        if rng.random() < 0.1:
            at = rng.randrange(len(statements))
            undone = rng.choice(self._statements())(rng, 1_000_000 + rng.randrange(KEYS))
            statements[at:at] = ["SAVEPOINT s", undone, "ROLLBACK TO SAVEPOINT s"]
        return statements

    def _statements(self):
        """Functions that make one from a random generator and a key."""
        return _STATEMENTS


def _large(rng):
    start = rng.randrange(KEYS)
    return rng.choice([
        f"UPDATE shop.account SET body = 'large {rng.random()}' "
        f"WHERE id BETWEEN {start} AND {start + LARGE}",
        "INSERT INTO shop.account SELECT i, 0, 0, 'large'"
        f" FROM generate_series({start + 2_000_000},"
        f" {start + 2_000_000 + LARGE}) i ON CONFLICT DO NOTHING",
        f"DELETE FROM shop.account WHERE id BETWEEN {start + 2_000_000} "
        f"AND {start + 2_000_000 + LARGE}",
    ])


def _account(rng, key):
    body = "x" * rng.randrange(200)
    return rng.choice([
        f"INSERT INTO shop.account VALUES ({key}, 0, 0, '{body}') ON CONFLICT DO NOTHING",
        f"UPDATE shop.account SET body = '{body}' WHERE id = {key}",
        f"UPDATE shop.account SET body = '{body}' WHERE id = {key - 1_000_000}",
        f"DELETE FROM shop.account WHERE id = {key}",
        f"DELETE FROM shop.account WHERE id = {key - 1_000_000}",
        # a key change, unless the new key is taken
        f"UPDATE shop.account a SET id = {key + 1} WHERE id = {key} "
        f"AND NOT EXISTS (SELECT FROM shop.account WHERE id = {key + 1})",
    ])


def _line(rng, key):
    region, number = key % 5, key // 5
    return rng.choice([
        f"INSERT INTO shop.line VALUES ({region}, {number}, 0, 0, 'new') ON CONFLICT DO NOTHING",
        f"UPDATE shop.line SET body = 'ü{rng.random()}' WHERE (region, number) = "
        f"({region}, {number})",
        f"UPDATE shop.line a SET region = {region + 5} WHERE (region, number) = "
        f"({region}, {number}) AND NOT EXISTS (SELECT FROM shop.line "
        f"WHERE (region, number) = ({region + 5}, {number}))",
        f"DELETE FROM shop.line WHERE (region, number) IN (({region}, {number}), "
        f"({region + 5}, {number}))",
    ])


def _note(rng, key):
    name = f"Näme {key if rng.random() < 0.5 else key - 1_000_000}"
    return rng.choice([
        f"INSERT INTO shop.note VALUES ('{name}', 0, 0, 'new') ON CONFLICT DO NOTHING",
        f"UPDATE shop.note SET body = body || '.' WHERE name = '{name}'",
        f"DELETE FROM shop.note WHERE name = '{name}'",
    ])


def _document(rng, key):
    key %= 300
    return rng.choice([
        f"INSERT INTO shop.document VALUES ({key}, 0, 0, repeat('{rng.random()}', 200)) "
        "ON CONFLICT DO NOTHING",
        f"UPDATE shop.document SET body = repeat('{rng.random()}', 200) WHERE id = {key}",
        f"UPDATE shop.document SET tx = 0 WHERE id = {key}",  # its body stays
        f"DELETE FROM shop.document WHERE id = {key}",
    ])


_STATEMENTS = [_account, _account, _account, _line, _line, _note, _document]
