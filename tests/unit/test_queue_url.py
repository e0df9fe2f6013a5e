"""A queue's URL either says exactly what it means or is refused with the reason."""

import pytest

from models.errors import BadSettings
from queues.kafka_place import KafkaPlace, kafka_place
from queues.opening import open_queue
from queues.port import Topic


def test_a_kafka_url_names_servers_and_options() -> None:
    place = kafka_place("kafka://a:9092,[::1]:9093?partitions=12&prefix=gaoxin.&session_seconds=6")
    assert place == KafkaPlace(("a:9092", "[::1]:9093"), "gaoxin.", partitions=12, session_seconds=6)
    assert place.topic(Topic.MESSAGES) == "gaoxin.huiyin.messages"
    assert place.group == "gaoxin.huiyin.workers"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("kafka://", "主机"),
        ("kafka://host", "主机"),
        ("kafka://a:1,b", "主机"),
        ("kafka://a:1?partitions=0", "partitions"),
        ("kafka://a:1?partitions=many", "partitions"),
        ("kafka://a:1?colour=red", "colour"),
        ("kafka://a:1?prefix=有", "prefix"),
        ("embedded:", "embedded"),
        ("rabbit://a", "embedded"),
    ],
)
def test_a_wrong_url_is_refused_with_its_reason(url: str, reason: str) -> None:
    with pytest.raises(BadSettings, match=reason):
        open_queue(url, None, consumer="a")
