"""Three brokers: the one that coordinates the transactions dies, and the one that leads an output
partition; others take their places."""

from bed import wait_until
from confluent_kafka import KafkaException
from stage import Stage, seed

_ID = "bed-shop-0"  # transactional.id


def test_coordinator_and_leader_move():
    with Stage(brokers=3, topic_creation_default_replication_factor=3,
               worker_changes={"offset_storage_replication_factor": 3}) as stage:
        with stage.tailrace() as tailrace:
            tailrace.wait_streaming()
            with stage.writers(seed(), threads=2, pause=0.02):
                for topic, partition in (("__transaction_state", _coordinated_by(_ID, 4)),
                                         ("shop.shop.account", 0)):
                    broker = _leader(stage.kafka, topic, partition)
                    stage.kafka.kill9(broker)
                    _wait_led_by_another(stage.kafka, topic, partition, broker)
                    before = stage.confirmed()
                    wait_until(lambda: stage.confirmed() != before, what="it to go on without")
                    stage.kafka.start()
            stage.wait_caught_up()
            assert tailrace.alive() and tailrace.state() == "RUNNING"
        stage.verdict()


def _leader(kafka, topic, partition):
    return kafka.admin.list_topics(topic, timeout=15).topics[topic].partitions[partition].leader


def _wait_led_by_another(kafka, topic, partition, broker):
    def led():
        try:
            return _leader(kafka, topic, partition) not in (broker, -1)
        except KafkaException:
            return False  # it was the dead one that was asked

    wait_until(led, what="a new leader")


def _coordinated_by(transactional_id, partitions):
    """Kafka's: the id's Java hash, without its sign."""
    number = 0
    for letter in transactional_id:
        number = (number * 31 + ord(letter)) & 0xFFFFFFFF
    return (number & 0x7FFFFFFF) % partitions
