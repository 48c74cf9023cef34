"""make demo: a shop in a database, tailrace, and what a consumer of its topics sees.

    demo.py [postgres|mysql|mariadb]

Everything runs in a temporary directory on free ports of 127.0.0.1 and is gone afterwards.
Without Java or Kafka's jars the records go to standard output instead.
"""

import json
import shutil
import sys
import threading
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bed import Kafka, Mariadb, Mysql, Postgres, Tailrace  # noqa: E402
from bed import connector, to_stdout, worker  # noqa: E402
from bed.cache import kafka_dir  # noqa: E402

#: What it is called, the server, its shop, and what of a source block tells the transaction.
DATABASES = {
    "postgres": ("PostgreSQL", Postgres, "shop.sql", ("lsn", "txId")),
    "mysql": ("MySQL", Mysql, "shop-mysql.sql", ("gtid", "pos", "row")),
    "mariadb": ("MariaDB", Mariadb, "shop-mysql.sql", ("gtid", "pos", "row")),
}
KETTLE = "00000000-0000-4000-8000-00000000000a"
TEAPOT = "00000000-0000-4000-8000-00000000000b"
SECONDS_OF_KILLING = 6
BOLD, DIM, GREEN, RED, PLAIN = ("\033[1m", "\033[2m", "\033[32m", "\033[31m", "\033[0m") \
    if sys.stdout.isatty() else ("",) * 5


def say(text):
    print(text, flush=True)


def headline(text):
    say(f"\n{BOLD}{text}{PLAIN}")


class KafkaView:
    """What a consumer with isolation.level=read_committed sees."""

    name = "a read_committed consumer"

    def __init__(self, kafka, _tailrace):
        self._reader = kafka.reader(r"shop\..*")

    def read(self, count):
        return [(record.topic, record.key_json, record.json) for record in self._reader.read(count)]

    def rest(self):
        return [(record.topic, record.key_json, record.json) for record in self._reader.read()]


class OutputView:
    """What tailrace writes to its standard output."""

    name = "standard output"

    def __init__(self, _kafka, tailrace):
        self._tailrace, self._seen = tailrace, 0

    def read(self, count):
        deadline = time.monotonic() + 30
        while len(self._records()) < self._seen + count:
            if time.monotonic() > deadline or not self._tailrace.alive():
                raise TimeoutError("tailrace wrote less than expected:\n" + self._tailrace.log)
            time.sleep(0.05)
        return self._take(self._seen + count)

    def rest(self):
        before = -1
        while len(self._records()) != before:
            before = len(self._records())
            time.sleep(1)
        return self._take(before)

    def _take(self, end):
        records = self._records()[self._seen:end]
        self._seen = end
        return [(record["topic"], record["key"], record["value"]) for record in records]

    def _records(self):
        """Every whole line; a kill may have torn one."""
        records = []
        for line in self._tailrace.out.splitlines():
            try:
                records.append(json.loads(line))
            except ValueError:
                continue
        return records


def show(records, *explanations):
    """One line of explanation for each record, the record under it."""
    for number, (topic, key, value) in enumerate(records):
        if number < len(explanations):
            say(f"  {GREEN}{explanations[number]}{PLAIN}")
        say(f"    {topic}  key {compact(key)}")
        say(f"    {DIM}{brief(value)}{PLAIN}")


def brief(value):
    """Of the envelope what tells the change; its source block is long."""
    if value is None:
        return "value null"
    source = value["source"]
    place = next(fields for *_, fields in DATABASES.values() if fields[0] in source)
    told = ", ".join(f"{name} {source[name]}" for name in (*place, "snapshot"))
    return (f"op {value['op']}  before {compact(value['before'])}  after {compact(value['after'])}"
            f"  source {{{told}}}")


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


# The acts

def snapshot(view):
    headline(f"1. What stood in the tables, as {view.name} sees it")
    records = view.read(6)
    show(sorted(records, key=lambda record: record[0])[::3],
         "a row read by the snapshot: op r, before is null",
         "another table, another topic; the key is the table's primary key")
    say(f"  … {len(records)} records in all")


def changes(db, view):
    headline("2. Changes while it streams")
    change(db, "INSERT INTO customers (name, email) VALUES ('Edsger', 'edsger@example.com')")
    show(view.read(1), "an insert: op c, the whole row in after")
    change(db, f"UPDATE products SET price = 22.00 WHERE sku = '{TEAPOT}'")
    before = ("before is null with the default replica identity, which logs old keys only"
              if db.server.kind == "postgres" else "before is the row as it was")
    show(view.read(1), f"an update: op u; {before}; the price is Connect's Decimal (bytes in "
         "base64)")
    change(db, "DELETE FROM customers WHERE name = 'Edsger'")
    show(view.read(2), "a delete: op d, after is null",
         "its tombstone: a null value, so that a compacted topic forgets the key")
    change(db, f"BEGIN; INSERT INTO orders (customer, sku) VALUES (2, '{KETTLE}'); "
           f"UPDATE products SET stock = stock - 1 WHERE sku = '{KETTLE}'; COMMIT")
    show(view.read(2), "one transaction on two tables: both records are in one Kafka transaction, "
         "seen together or not at all", "the same transaction in its source block")


def change(db, sql):
    say(f"\n  {BOLD}{sql}{PLAIN}")
    db.sql(sql)


class Shoppers(threading.Thread):
    """Orders without a pause, each with its stock, in one transaction."""

    def __init__(self, db):
        super().__init__(daemon=True)
        self._db, self._done = db, threading.Event()
        self.orders = 0

    def run(self):
        connection = self._db.connect()
        with connection.cursor() as cursor:
            while not self._done.is_set():
                for statement in (
                        "BEGIN", f"INSERT INTO orders (customer, sku) VALUES (3, '{TEAPOT}')",
                        f"UPDATE products SET stock = stock - 1 WHERE sku = '{TEAPOT}'", "COMMIT"):
                    cursor.execute(statement)
                self.orders += 1
        connection.close()

    def finish(self):
        self._done.set()
        self.join()


def killing(db, view, tailrace, exact):
    headline("3. kill -9 in the middle of changes")
    stock_before = db.value(f"SELECT stock FROM products WHERE sku = '{TEAPOT}'")
    shoppers = Shoppers(db)
    shoppers.start()
    kills = 0
    end = time.monotonic() + SECONDS_OF_KILLING
    while time.monotonic() < end:
        time.sleep(SECONDS_OF_KILLING / 4)
        tailrace.kill9()
        kills += 1
        say(f"  killed (SIGKILL) after {shoppers.orders} transactions of the shoppers,"
            " started again")
        tailrace.start()
        tailrace.wait_streaming()
    shoppers.finish()
    say(f"  in the database: {shoppers.orders} transactions during {kills} kills, "
        f"each an order and a change of the teapots' stock")
    judge(view.rest(), shoppers.orders, stock_before, exact)


def judge(records, orders, stock_before, exact):
    placed = [value["after"]["id"] for topic, _, value in records
              if topic.endswith(".orders") and value["op"] == "c"]
    stock = [value["after"]["stock"] for topic, _, value in records if topic.endswith(".products")]
    doubled = sum(times - 1 for times in Counter(placed).values())
    lost = orders - len(set(placed))
    firsts, levels = list(dict.fromkeys(placed)), list(dict.fromkeys(stock))
    in_order = firsts == sorted(firsts) and \
        levels == list(range(stock_before - 1, stock_before - 1 - orders, -1))
    good = lost == 0 and in_order and (not exact or len(placed) == len(stock) == orders)
    say(f"  {GREEN if good else RED}in the topics: {len(placed)} orders, lost {lost}, "
        f"doubled {doubled}, {'in order' if in_order else 'not in order'}; "
        f"{len(stock)} changes of the stock{PLAIN}")
    if not exact:
        say("  Standard output can't take a record back, so it is at-least-once: after a kill some "
            "come again.\n  Kafka's transactions (sink.type=kafka), and sink.type=file, "
            "give each exactly once.")
    if not good:
        raise SystemExit("the demo failed: this must not happen")


# The stage

def kafka_or_reason():
    """A Kafka, or why there is none."""
    if not shutil.which("java"):
        return None, "Java is missing"
    try:
        kafka_dir("4.1")
    except RuntimeError as error:
        return None, f"Kafka's jars could not be fetched ({error})"
    return Kafka(), None


def show_files(tailrace):
    headline("tailrace bootstrap worker.properties shop.json")
    for path in tailrace.argv()[2:]:
        say(f"  {DIM}{path.name}:{PLAIN}")
        for line in path.read_text().splitlines():
            say(f"  {DIM}  {line}{PLAIN}")


def main():
    began = time.monotonic()
    name, server, tables, _ = DATABASES[sys.argv[1] if len(sys.argv) > 1 else "postgres"]
    kafka, reason = kafka_or_reason()
    if reason:
        say(f"{BOLD}{reason}: the same without Kafka, through sink.type=stdout{PLAIN}")
    with ExitStack() as stack:
        say(f"starting {name}" + (" and Kafka" if kafka else "") + " on free ports …")
        running = stack.enter_context(server())
        if kafka:
            stack.enter_context(kafka)
        db = stack.enter_context(running.database("shop"))
        db.sql(Path(__file__).with_name(tables).read_text())
        perform(stack, db, kafka)
    say(f"\n{DIM}all stopped and removed; {time.monotonic() - began:.0f} s{PLAIN}")


def perform(stack, db, kafka):
    config = connector(db, "shop")
    if kafka:
        tailrace = Tailrace(config, worker=worker(kafka, "shop-demo"), command="bootstrap")
    else:
        tailrace = Tailrace(config, command="bootstrap")
        config.update({key: str(value) for key, value in to_stdout(tailrace.folder).items()})
    show_files(tailrace)
    stack.enter_context(tailrace)
    tailrace.wait_streaming()
    for line in tailrace.log.splitlines():
        if line.startswith("shop:"):
            say(f"  {line}")
    view = (KafkaView if kafka else OutputView)(kafka, tailrace)
    snapshot(view)
    changes(db, view)
    killing(db, view, tailrace, exact=bool(kafka))


if __name__ == "__main__":
    main()
