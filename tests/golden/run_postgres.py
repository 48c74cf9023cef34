"""A case on PostgreSQL: a database of its own on a server that all cases share."""
import os
import re
import subprocess
from contextlib import closing, contextmanager

from case import sorted_tables
from engine import Run

_SLOT = "SELECT plugin||' '||slot_type||' temporary='||temporary FROM pg_replication_slots " \
    "WHERE database = current_database()"
_PUBLICATION = """
    SELECT pubname||' all='||puballtables||' iudt='||pubinsert||pubupdate||pubdelete||pubtruncate
        ||' viaroot='||pubviaroot||' tables='||coalesce((
            SELECT string_agg(schemaname||'.'||tablename, ',')
            FROM pg_publication_tables t WHERE t.pubname = p.pubname), '')
    FROM pg_publication p ORDER BY 1"""
_DELIVERED = """
    SELECT EXISTS (SELECT FROM pg_replication_slots s
        WHERE database = %s AND active AND confirmed_flush_lsn >= %s)"""
_STREAMING = """
    SELECT EXISTS (SELECT FROM pg_replication_slots s
        JOIN pg_stat_replication r ON r.pid = s.active_pid
        WHERE s.database = %s AND r.state = 'streaming')"""


class PostgresRun(Run):
    def values(self):
        return {"PG_HOST": self.server.host, "PG_PORT": self.server.port,
                "PG_USER": self.server.user, "PG_PASSWORD": self.server.password}

    @contextmanager
    def world(self):
        with self.server.database(self.case.name), closing(self.server.connect()) as watch, \
                watch.cursor() as self.cursor:
            yield

    def ask(self, query, *parameters):
        self.cursor.execute(query, parameters)
        return self.cursor.fetchone()[0]

    def streaming(self):
        """The engine streams once what its snapshot read is committed. A transaction of nothing
        keeps the first change from standing where the snapshot did."""
        self.wait(self.is_streaming, "stream")
        self.ask("SELECT txid_current()")

    def is_streaming(self):
        return self.ask(_STREAMING, self.case.name)

    def sync(self):
        """Until the slot's confirmed point has passed all that was written so far: the engine
        confirms only what is committed in Kafka."""
        if self.down():
            return
        end = self.ask("SELECT pg_current_wal_lsn()")
        self.wait(lambda: self.ask(_DELIVERED, self.case.name, end), f"confirm {end}")
        self.settle()

    def sql(self, text):
        """Statement by statement, as the recordings were made; errors are part of the case."""
        if not text.strip():
            return
        environment = dict(os.environ, PGCLIENTENCODING="UTF8",
                           PGOPTIONS="-c client_min_messages=warning")
        done = subprocess.run(
            ["psql", "-X", "-q", "-d", self.server.dsn(self.case.name), "-f", "-"],
            input=self.fill(text).encode(), env=environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
        errors = [re.sub(r"^psql:<stdin>:\d+: ", "", line)
                  for line in done.stderr.decode(errors="replace").splitlines()
                  if "ERROR" in line or "FATAL" in line]
        self.outcome.sql_errors += errors

    def look(self):
        """What the case left in the database, too."""
        super().look()
        slots = self.server.query(self.case.name, _SLOT)
        self.outcome.slot = slots[0][0] if slots else ""
        self.outcome.publications = [
            sorted_tables(x) for x, in self.server.query(self.case.name, _PUBLICATION)]
