"""publication.autocreate.mode: who makes the publication, and what it names."""

from bed import wait_until


def _publication(db):
    rows = db.query("SELECT puballtables, pubviaroot, pubinsert, pubupdate, pubdelete, pubtruncate "
                    "FROM pg_publication WHERE pubname = %s", db.name)
    tables = db.query("SELECT tablename::text FROM pg_publication_tables WHERE pubname = %s "
                      "ORDER BY 1", db.name)
    return rows[0] if rows else None, [table for (table,) in tables]


def _tables(db):
    db.sql("CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE u (id int PRIMARY KEY)")


def test_all_tables(tailrace, topics, db):
    _tables(db)
    with tailrace(publication_autocreate_mode="all_tables") as engine:
        engine.wait_streaming()
        assert _publication(db)[0][0]
        db.sql("CREATE TABLE w (id int PRIMARY KEY); INSERT INTO w VALUES (1)")
        assert topics.ops("public.w", 1) == [("c", {"id": 1}, {"id": 1})]


def test_filtered(tailrace, db):
    _tables(db)
    with tailrace(table_include_list="public.t") as engine:
        engine.wait_streaming()
        assert _publication(db) == ((False, False, True, True, True, True), ["t"])


def test_filtered_follows_the_filters(tailrace, topics, db):
    """The filters are wider at the next start: the new table's changes come from then on."""
    _tables(db)
    with tailrace(table_include_list="public.t") as engine:
        engine.wait_streaming()
        engine.stop()
        engine.connectors[0]["table.include.list"] = "public.(t|u)"
        engine.start()
        engine.wait_streaming()
        assert _publication(db)[1] == ["t", "u"]
        db.sql("INSERT INTO u VALUES (1)")
        assert topics.ops("public.u", 1) == [("c", {"id": 1}, {"id": 1})]
        engine.stop()
        engine.connectors[0]["table.include.list"] = "public.u"
        engine.start()
        engine.wait_streaming()
        assert _publication(db)[1] == ["u"]


def test_filtered_keeps_what_a_person_has_set(tailrace, db):
    """A row filter on a member stays when another table is added."""
    _tables(db)
    db.sql(f"CREATE PUBLICATION {db.name} FOR TABLE t WHERE (id > 5)")
    with tailrace() as engine:
        engine.wait_streaming()
        assert _publication(db)[1] == ["t", "u"]
        assert db.value("SELECT rowfilter FROM pg_publication_tables WHERE pubname = %s "
                        "AND tablename = 't'", db.name) == "(id > 5)"


def test_made_by_another_connector_meanwhile(tailrace, db):
    """Which is at it when ours looks for it; the next try finds it."""
    _tables(db)
    with db.server.connect(db.name) as other, other.cursor() as cursor:
        cursor.execute(f"BEGIN; CREATE PUBLICATION {db.name} FOR TABLE t, u")
        with tailrace() as engine:
            wait_until(lambda: db.value(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = %s"
                " AND query LIKE 'CREATE PUB%%' AND wait_event_type = 'Lock'", db.name))
            other.commit()
            engine.wait_streaming()
            assert engine.said("state=RESTARTING .*already exists|duplicate key")


def test_disabled_with_row_filter_and_column_list(tailrace, topics, db):
    """Snapshot and stream both keep to the publication."""
    db.sql("CREATE TABLE t (id int PRIMARY KEY, a int, b int);"
           f"CREATE PUBLICATION {db.name} FOR TABLE t (id, a) WHERE (id > 5);"
           "INSERT INTO t VALUES (1, 1, 1), (6, 6, 6)")
    with tailrace(publication_autocreate_mode="disabled") as engine:
        engine.wait_streaming()
        db.sql("INSERT INTO t VALUES (2, 2, 2), (7, 7, 7)")
        assert [(op, row) for op, _, row in topics.ops("public.t", 2)] == [
            ("r", {"id": 6, "a": 6}), ("c", {"id": 7, "a": 7})]


def test_no_tables(tailrace, topics, db):
    """An empty publication: nothing of any table, and the slot moves on."""
    _tables(db)
    with tailrace(publication_autocreate_mode="no_tables", snapshot_mode="no_data",
                  table_include_list="public.none") as engine:
        engine.wait_streaming()
        assert _publication(db)[1] == []
        db.sql("INSERT INTO t VALUES (1)")
        assert topics.names() == []
        assert engine.state() == "RUNNING"


def test_skipped_operations_are_not_even_sent(tailrace, db):
    _tables(db)
    with tailrace(skipped_operations="c,d") as engine:
        engine.wait_streaming()
        assert _publication(db)[0][2:] == (False, True, False, True)


def test_via_root(tailrace, db):
    db.sql("CREATE TABLE t (id int PRIMARY KEY) PARTITION BY RANGE (id);"
           "CREATE TABLE t_1 PARTITION OF t FOR VALUES FROM (0) TO (10)")
    with tailrace(publish_via_partition_root="true", table_include_list="public.t") as engine:
        engine.wait_streaming()
        assert _publication(db)[0][1] and _publication(db)[1] == ["t"]
