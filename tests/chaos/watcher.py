"""When something new was committed, as a consumer sees it: with the position record, which is the
last of its Kafka transaction."""

import json
import threading
import time

from stage import OFFSETS, is_position


class Watcher:
    """`with Watcher(kafka) as watcher:` reads along."""

    def __init__(self, kafka):
        self._kafka = kafka
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._read)
        self._ends = {}
        self._written = []  # (when it was written, when it was seen) of positions with new events
        self.failure = None

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()

    def seen(self, since):
        """When the first events were seen that were written at or after `since`; None: not yet.
        Both in seconds, since 1970."""
        if self.failure:
            raise self.failure
        return next((seen for written, seen in self._written if written >= since), None)

    def _read(self):
        try:
            with self._kafka.reader(OFFSETS) as reader:
                while not self._stop.is_set():
                    self._read_on(reader)
        except Exception as error:  # pylint: disable=broad-except
            self.failure = error

    def _read_on(self, reader):
        try:
            records = reader.read(1, timeout=0.5)
        except TimeoutError:
            return
        now = time.time()
        for record in filter(is_position, records):
            if self._is_more(record.json):
                self._written.append((record.timestamp / 1000, now))

    def _is_more(self, position):
        """Its transaction wrote events: some output partition reaches farther than before."""
        more = False
        for topic, ends in json.loads(position.get("tailrace_outputs", "{}")).items():
            for place in enumerate(ends):
                number, end = place
                if end > self._ends.get((topic, number), 0):
                    self._ends[topic, number] = end
                    more = True
        return more
