"""Nothing is dropped in silence: whatever kinds of events the log has, the topics fold to the
tables."""

import json

import pytest
from views import Topics

from bed import Mariadb, Mysql, Tailrace, connector, worker

_SETTINGS = {
    Mysql: {"binlog_row_metadata": "FULL", "binlog_rows_query_log_events": "ON"},
    Mariadb: {"binlog_row_metadata": "FULL", "log_bin_compress": "ON",
              "log_bin_compress_min_len": "10",
              "binlog_annotate_row_events": "ON"},
}

_COMMON = """
CREATE TABLE a (id int AUTO_INCREMENT PRIMARY KEY, v text, j json, n int);
CREATE TABLE b LIKE a;
CREATE TABLE m (id int PRIMARY KEY, n int);
CREATE TRIGGER ai AFTER INSERT ON a FOR EACH ROW INSERT INTO m VALUES (NEW.id, 1)
  ON DUPLICATE KEY UPDATE n = n + 1;
INSERT INTO a (v, j, n) VALUES ('one', '{"k": [1, 2]}', 1), ('two', '{"k": 1}', 2), (NULL, NULL, 3);
UPDATE a SET v = repeat('long ', 200), n = n + 1 WHERE id < 3;
BEGIN; INSERT INTO b (v) VALUES ('kept'); SAVEPOINT s; INSERT INTO b (v) VALUES ('gone');
ROLLBACK TO s; RELEASE SAVEPOINT s; UPDATE a SET n = 7 WHERE id = 3; COMMIT;
BEGIN; DELETE FROM a; ROLLBACK;
CREATE TEMPORARY TABLE tmp AS SELECT * FROM a; INSERT INTO tmp (v) VALUES ('tmp');
INSERT INTO b (v, n) SELECT v, n FROM tmp; DROP TEMPORARY TABLE tmp;
CREATE TABLE c (id int PRIMARY KEY) SELECT id, n FROM a;
REPLACE INTO c VALUES (1, 100), (50, 50);
INSERT INTO c VALUES (2, 0) ON DUPLICATE KEY UPDATE n = 200;
UPDATE a JOIN c USING (id) SET a.n = c.n, c.n = c.n + 1;
DELETE a, m FROM a JOIN m USING (id) WHERE a.id = 2;
FLUSH BINARY LOGS;
ALTER TABLE c ADD extra varchar(20) DEFAULT 'd', ADD INDEX (n);
INSERT INTO c (id, n) VALUES (60, 6);
XA START 'x1'; INSERT INTO c (id) VALUES (70); XA END 'x1'; XA PREPARE 'x1';
XA COMMIT 'x1';
XA START 'x2'; INSERT INTO c (id) VALUES (71); XA END 'x2'; XA PREPARE 'x2';
XA ROLLBACK 'x2';
CREATE VIEW w AS SELECT * FROM c; INSERT INTO w (id) VALUES (80); DROP VIEW w;
CREATE PROCEDURE p() BEGIN INSERT INTO c (id) VALUES (90); UPDATE c SET n = 9 WHERE id = 90; END;
CALL p(); ANALYZE TABLE c; OPTIMIZE TABLE c; FLUSH TABLES;
RENAME TABLE b TO bb; INSERT INTO bb (v) VALUES ('renamed'); UPDATE bb SET id = id + 1000;
DROP TRIGGER ai; DROP PROCEDURE p;
CREATE TABLE parts (id int PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 4;
INSERT INTO parts VALUES (1), (2), (3), (4), (5); UPDATE parts SET id = id + 10;
"""

_OWN = {
    Mysql: """
SET binlog_transaction_compression = ON; INSERT INTO c (id) VALUES (300), (301);
BEGIN; DELETE FROM c WHERE id = 301; INSERT INTO m VALUES (300, 0); COMMIT;
SET binlog_transaction_compression = OFF;
SET binlog_row_value_options = 'PARTIAL_JSON';
UPDATE a SET j = JSON_SET(j, '$.k[0]', 9, '$.new', 'x') WHERE id = 1;
SET binlog_row_value_options = '';
SET binlog_row_image = 'MINIMAL'; DELETE FROM m WHERE id = 300; SET binlog_row_image = 'FULL';
""",
    Mariadb: """
CREATE SEQUENCE s; INSERT INTO m VALUES (NEXT VALUE FOR s + 400, 0);
CREATE TABLE h (id int PRIMARY KEY, n int) WITH SYSTEM VERSIONING;
INSERT INTO h VALUES (1, 1), (2, 2); UPDATE h SET n = 10 WHERE id = 1; DELETE FROM h WHERE id = 2;
BEGIN NOT ATOMIC INSERT INTO m VALUES (500, 0); INSERT INTO m VALUES (501, 0); END;
""",
}


@pytest.fixture(scope="module", params=[Mysql, Mariadb], ids=["mysql", "mariadb"])
def server(request):
    with request.param(**_SETTINGS[request.param]) as server:
        yield server


def fold(records):
    """table -> key -> row, of what the topics say."""
    tables = {}
    for record in records:
        table = tables.setdefault(record.topic.rpartition(".")[2], {})
        key = json.dumps(record.key_json)
        if record.value is None or record.json["op"] == "d":
            table.pop(key, None)
        else:
            table[key] = record.json["after"]
    return tables


def lines(rows, columns):
    """Rows in one order and one form. What was written before the ALTER has its default."""
    def plain(name, value):
        return json.loads(value) if name == "j" and value is not None else value

    return sorted(json.dumps([plain(c, row.get(c, "d")) for c in columns]) for row in rows)


def test_all_kinds(server, kafka, name):
    with server.database(name) as db:
        topics = Topics(kafka, db.name)
        db.sql("CREATE TABLE z (id int PRIMARY KEY)")
        with Tailrace(connector(db), worker=worker(kafka, group=name)) as engine:
            engine.wait_streaming()
            db.sql(_COMMON)
            db.sql(_OWN[type(server)])
            db.sql("INSERT INTO z VALUES (1)")
            topics.records(f"{db.name}[.]z", 1)
            assert engine.state() == "RUNNING"
            engine.stop()
        tables = fold(topics.records(f"{db.name}[.].*"))
        names = [row[0] for row in db.query("SHOW FULL TABLES WHERE Table_type = 'BASE TABLE'")]
        for table in names:
            with db.connect() as connection, connection.cursor() as cursor:
                cursor.execute(f"SELECT * FROM `{table}`")
                columns = [column[0] for column in cursor.description]
                rows = [dict(zip(columns, row)) for row in cursor.fetchall()]
            assert lines(tables.get(table, {}).values(), columns) == lines(rows, columns), table
