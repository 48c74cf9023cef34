"""Which columns rows have: ALTERs while the connector streams, and while it doesn't. The log names
no columns here (binlog_row_metadata is not FULL), unless a test says so."""

import pytest
from views import Topics, error_of

from bed import Mariadb, Mysql, Tailrace, connector, worker


@pytest.fixture(scope="module", params=[Mysql, Mariadb], ids=["mysql", "mariadb"])
def full(request):
    """A server whose log names columns."""
    with request.param(binlog_row_metadata="FULL") as server:
        yield server


def rows(topics, db, count, table="t"):
    return [row for op, _, row in topics.ops(f"{db.name}[.]{table}", count) if op != "t"]


def schema_changes(kafka, db, count):
    """(table, ddl, [(type, id, names of columns)]) of the stream's first records that concern this
    database: as Debezium's, the topic has those of all others on the server, too."""
    def mine(records):
        return [record.json for record in records
                if record.json["source"]["snapshot"] == "false"
                and record.json["databaseName"] == db.name]
    with kafka.reader(db.name) as reader:
        values = mine(reader.wait(lambda records: len(mine(records)) >= count))[:count]
    return [(v["source"]["table"], v["ddl"],
             [(c["type"], c["id"], c["table"] and [x["name"] for x in c["table"]["columns"]])
              for c in v["tableChanges"]]) for v in values]


def test_altered_while_it_streams(tailrace, topics, binlog_db):
    binlog_db.sql("CREATE TABLE t (id int PRIMARY KEY, a int, b varchar(10))")
    changes = [
        ("INSERT INTO t VALUES (1, 1, 'x')", {"id": 1, "a": 1, "b": "x"}),
        ("ALTER TABLE t ADD c enum('k', 'l') NOT NULL DEFAULT 'l' FIRST; INSERT INTO t (id) VALUES"
         " (2)", {"c": "l", "id": 2, "a": None, "b": None}),
        ("ALTER TABLE t RENAME COLUMN a TO d; INSERT INTO t VALUES ('k', 3, 7, 'z')",
         {"c": "k", "id": 3, "d": 7, "b": "z"}),
        ("ALTER TABLE t DROP c, MODIFY d bigint unsigned; INSERT INTO t VALUES (4, 8, '9')",
         {"id": 4, "d": 8, "b": "9"}),
        ("CREATE INDEX i ON t (d); INSERT INTO t VALUES (5, 1, '')", {"id": 5, "d": 1, "b": ""}),
    ]
    with tailrace() as engine:
        engine.wait_streaming()
        for number, (sql, row) in enumerate(changes, 1):
            binlog_db.sql(sql)
            assert rows(topics, binlog_db, number)[-1] == row


def test_renamed_dropped_and_made_again(tailrace, topics, kafka, binlog_db):
    db = binlog_db
    db.sql("CREATE TABLE t (id int PRIMARY KEY, a int)")
    with tailrace() as engine:
        engine.wait_streaming()
        db.sql("RENAME TABLE t TO u; INSERT INTO u VALUES (1, 2)")
        assert rows(topics, db, 1, "u") == [{"id": 1, "a": 2}]
        db.sql("CREATE TABLE t (k varchar(5) PRIMARY KEY); INSERT INTO t VALUES ('x')")
        assert rows(topics, db, 1) == [{"k": "x"}]
        db.sql("DROP TABLE t, u; CREATE TABLE t (z int, y date NOT NULL, UNIQUE (y));"
               "INSERT INTO t VALUES (1, '1970-01-02')")
        assert topics.ops(f"{db.name}[.]t", 2)[1] == ("c", {"y": 1}, {"z": 1, "y": 1})
        name = f'"{db.name}"'
        assert schema_changes(kafka, db, 4) == [
            ("u", "RENAME TABLE t TO u", [("ALTER", f'{name}."u"', ["id", "a"])]),
            ("t", "CREATE TABLE t (k varchar(5) PRIMARY KEY)",
             [("CREATE", f'{name}."t"', ["k"])]),
            ("t,u", f"DROP TABLE `{db.name}`.`t`", [("DROP", f'{name}."t"', None)]),
            ("t,u", f"DROP TABLE `{db.name}`.`u`", [("DROP", f'{name}."u"', None)])]


def test_renamed_while_stopped(tailrace, topics, binlog_db):
    """A name's old definition goes over to the new one: gh-ost and others swap tables so."""
    binlog_db.sql("CREATE TABLE t (id int PRIMARY KEY, a int);"
                  "CREATE TABLE s (id int PRIMARY KEY, a int, b int)")
    with tailrace() as engine:
        engine.wait_streaming()
        engine.stop()
        binlog_db.sql("INSERT INTO t VALUES (1, 1); INSERT INTO s VALUES (1, 1, 1);"
                      "RENAME TABLE t TO o, s TO t; INSERT INTO t VALUES (2, 2, 2);"
                      "INSERT INTO o VALUES (3, 3)")
        engine.start()
        assert rows(topics, binlog_db, 2) == [{"id": 1, "a": 1}, {"id": 2, "a": 2, "b": 2}]
        assert rows(topics, binlog_db, 1, "o") == [{"id": 3, "a": 3}]


_TWICE = ("INSERT INTO t VALUES (1, 1); ALTER TABLE t CHANGE a b int; INSERT INTO t VALUES (2, 2);"
          "ALTER TABLE t CHANGE b c int; INSERT INTO t VALUES (3, 3)")


def test_altered_twice_while_stopped(tailrace, topics, fails, binlog_db):
    """Nobody has the definition in the middle any more."""
    binlog_db.sql("CREATE TABLE t (id int PRIMARY KEY, a int)")
    with tailrace() as engine:
        engine.wait_streaming()
        engine.stop()
        binlog_db.sql(_TWICE)
        error = fails(engine)
        assert f"table {binlog_db.name}.t with the columns (1 INT NOT NULL, 2 INT)" in error
        assert "the table was altered again" in error and "binlog_row_metadata = FULL" in error
        assert rows(topics, binlog_db, 1) == [{"id": 1, "a": 1}]


def test_altered_twice_without_rows_between(tailrace, topics, binlog_db):
    binlog_db.sql("CREATE TABLE t (id int PRIMARY KEY, a int)")
    with tailrace() as engine:
        engine.wait_streaming()
        engine.stop()
        binlog_db.sql("INSERT INTO t VALUES (1, 1); ALTER TABLE t ADD b int;"
                      "ALTER TABLE t ADD c int; INSERT INTO t VALUES (2, 2, 2, 2)")
        engine.start()
        assert rows(topics, binlog_db, 2) == [{"id": 1, "a": 1}, {"id": 2, "a": 2, "b": 2, "c": 2}]


def test_altered_twice_with_names_in_the_log(full, kafka, name):
    with full.database(name) as db:
        topics = Topics(kafka, db.name)
        db.sql("CREATE TABLE t (id int PRIMARY KEY, a int)")
        with Tailrace(connector(db), worker=worker(kafka, group=name)) as engine:
            engine.wait_streaming()
            engine.stop()
            db.sql(_TWICE + "; ALTER TABLE t DROP PRIMARY KEY, ADD PRIMARY KEY (c);"
                   "INSERT INTO t VALUES (4, 4)")
            engine.start()
            assert topics.ops(f"{db.name}[.]t", 4) == [
                ("c", {"id": 1}, {"id": 1, "a": 1}), ("c", {"id": 2}, {"id": 2, "b": 2}),
                ("c", {"id": 3}, {"id": 3, "c": 3}), ("c", {"c": 4}, {"id": 4, "c": 4})]


def test_altered_behind_the_log(tailrace, topics, binlog_db):
    """sql_log_bin = 0: the log doesn't tell, but its rows have another form."""
    binlog_db.sql("CREATE TABLE t (id int PRIMARY KEY, a int); INSERT INTO t VALUES (0, 0)")
    with tailrace() as engine:
        engine.wait_streaming()
        binlog_db.sql("SET sql_log_bin = 0; ALTER TABLE t ADD b int; SET sql_log_bin = 1;"
                      "INSERT INTO t VALUES (1, 1, 1)")
        engine.wait_state("FAILED")
        assert "altered where the log doesn't tell of it" in error_of(engine.log)


def test_a_table_that_is_gone(tailrace, fails, binlog_db):
    binlog_db.sql("CREATE TABLE t (id int PRIMARY KEY)")
    with tailrace() as engine:
        engine.wait_streaming()
        engine.stop()
        binlog_db.sql("CREATE TABLE u (id int PRIMARY KEY); INSERT INTO u VALUES (1); DROP TABLE u")
        assert f"rows of table {binlog_db.name}.u" in fails(engine)
