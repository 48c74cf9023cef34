"""The writers of writer.py, in the SQL of MySQL and MariaDB."""

import contextlib

import pymysql
from writer import KEYS, LARGE, Writers

_PASSING = (1205, 1213, 1062)  # lock wait timeout, deadlock, duplicate key
# killed, shutdown, the same while it waits for a lock, and the client's own words
_LOST = (1927, 1053, 1317, 2006, 2013, 2003, 2002)


class BinlogWriters(Writers):
    def _write_until_cut_off(self, rng):
        try:
            self._write_while_connected(rng)
        except (pymysql.err.OperationalError, pymysql.err.InterfaceError) as error:
            if error.args[0] not in (*_LOST, 0):
                raise

    def _write_while_connected(self, rng):
        connection = self._db.connect()
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET SESSION innodb_lock_wait_timeout = 2")
                while not self._stop.is_set():
                    self._transaction(cursor, rng)
                    self._rest(rng)
        finally:
            with contextlib.suppress(pymysql.Error, OSError):  # the server may be gone
                connection.close()

    def _transaction(self, cursor, rng):
        statements = [_large(rng)] if rng.random() < self._large else self._small(rng)
        try:
            cursor.execute("BEGIN;" + ";".join(statements) + ";COMMIT")
            while cursor.nextset():
                pass
            self.transactions += 1
        except (pymysql.err.OperationalError, pymysql.err.IntegrityError) as error:
            if error.args[0] not in _PASSING:
                raise
            cursor.execute("ROLLBACK")

    def _statements(self):
        return _STATEMENTS


def _large(rng):
    start = rng.randrange(KEYS)
    new = start + 2_000_000
    return rng.choice([
        f"UPDATE account SET body = 'large {rng.random()}' "
        f"WHERE id BETWEEN {start} AND {start + LARGE}",
        f"INSERT IGNORE INTO account SELECT 1000 * a.i + b.i + {new}, 0, 'large'"
        f" FROM ledger.numbers a, ledger.numbers b WHERE a.i < {LARGE // 1000} AND b.i < 1000",
        f"DELETE FROM account WHERE id BETWEEN {new} AND {new + LARGE}",
    ])


# No UPDATE IGNORE: MariaDB runs the triggers also for a row that it then ignores.
def _account(rng, key):
    body = "x" * rng.randrange(200)
    return rng.choice([
        f"INSERT IGNORE INTO account VALUES ({key}, 0, '{body}')",
        f"INSERT INTO account VALUES ({key}, 0, '{body}') ON DUPLICATE KEY UPDATE body = 'twice'",
        f"REPLACE INTO account VALUES ({key}, 0, '{body}')",
        f"UPDATE account SET body = '{body}' WHERE id = {key}",
        f"UPDATE account SET body = '{body}' WHERE id = {key - 1_000_000}",
        f"DELETE FROM account WHERE id = {key}",
        f"DELETE FROM account WHERE id = {key - 1_000_000}",
        # a key change, unless the new key is taken
        f"UPDATE account SET id = {key + 1} WHERE id = {key} AND NOT EXISTS "
        f"(SELECT * FROM (SELECT id FROM account WHERE id = {key + 1}) taken)",
    ])


def _line(rng, key):
    region, number = key % 5, key // 5
    return rng.choice([
        f"INSERT IGNORE INTO line VALUES ({region}, {number}, 0, 'new')",
        f"UPDATE line SET body = 'ü{rng.random()}' WHERE region = {region} AND number = {number}",
        f"UPDATE line SET region = {region + 5} WHERE region = {region} AND number = {number} "
        f"AND NOT EXISTS (SELECT * FROM (SELECT number FROM line WHERE region = {region + 5} "
        f"AND number = {number}) taken)",
        f"DELETE FROM line WHERE number = {number} AND region IN ({region}, {region + 5})",
    ])


def _note(rng, key):
    name = f"Näme {key if rng.random() < 0.5 else key - 1_000_000}"
    return rng.choice([
        f"INSERT IGNORE INTO note VALUES ('{name}', 0, 'new')",
        f"UPDATE note SET body = concat(body, '.') WHERE name = '{name}'",
        f"DELETE FROM note WHERE name = '{name}'",
    ])


def _document(rng, key):
    key %= 300
    return rng.choice([
        f"INSERT IGNORE INTO document VALUES ({key}, 0, repeat('{rng.random()}', 200))",
        f"UPDATE document SET body = repeat('{rng.random()}', 200) WHERE id = {key}",
        f"UPDATE document SET seq = 0 WHERE id = {key}",  # its body stays
        f"DELETE FROM document WHERE id = {key}",
    ])


_STATEMENTS = [_account, _account, _account, _line, _line, _note, _document]
