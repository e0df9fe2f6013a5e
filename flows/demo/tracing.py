"""From a message in the record back to the sample it was made of."""

from collections.abc import Mapping

from flows.demo.samples import Sample
from models.tables.messages import Message
from models.vocabulary import Channel


def sample_of(samples: Mapping[str, Sample], message: Message) -> Sample | None:
    if message.channel == Channel.MAILBOX:
        return samples.get((message.email or "").partition("@")[0])
    key = message.external_id
    return samples.get(key if message.channel != Channel.HOTLINE else key[10:])
