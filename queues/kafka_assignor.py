"""Who gets which partitions: cooperative-sticky, but topic by topic.

kafka-python's own evens out the sum only: of two workers it gives one all of MESSAGES, the other an idle OVERFLOW.
"""

from collections import defaultdict
from types import SimpleNamespace
from typing import Any

from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
from kafka.protocol.consumer.metadata import ConsumerProtocolAssignment


class TopicByTopicAssignor(CooperativeStickyAssignor):  # type: ignore[misc]  # kafka-python is untyped
    """All members of a group must use it: its name is part of the group's protocol."""

    name = "huiyin-cooperative-sticky"

    def assign(self, cluster: Any, members: Any) -> dict[str, Any]:  # noqa: ANN401  (kafka's own types)
        topics = sorted({topic for member in members for topic in member.metadata.topics})
        merged: defaultdict[str, list[tuple[str, list[int]]]] = defaultdict(list)
        for topic in topics:
            concerned = [_of_topic(member, topic) for member in members if topic in member.metadata.topics]
            for member_id, assignment in super().assign(cluster, concerned).items():
                partitions = [each.partition for each in assignment.partitions()]
                merged[member_id] += [(topic, partitions)] if partitions else []
        return {
            member.member_id: ConsumerProtocolAssignment(self.version, merged[member.member_id], b"")
            for member in members
        }


def _of_topic(member: Any, topic: str) -> SimpleNamespace:  # noqa: ANN401  (kafka's own types)
    """The member as if it knew this topic only."""
    owned = [each for each in member.metadata.owned_partitions or () if each.topic == topic]
    metadata = SimpleNamespace(topics=[topic], owned_partitions=owned, generation_id=member.metadata.generation_id)
    return SimpleNamespace(member_id=member.member_id, metadata=metadata)
