"""The open interfaces: messages, hooks, Open311, health, metrics, and their documentation."""

from fastapi import APIRouter

from console.api import calendar, docs, health, hooks, knowledge, messages, metrics, open311, slack
from console.api.queue_depth import QueueDepth
from flows.house import House


def api_routers(house: House) -> list[APIRouter]:
    """Every router that programs talk to, and the page that tells of them."""
    depth = QueueDepth(house)
    return [
        messages.router(house), knowledge.router(house), hooks.router(house), slack.router(house),
        open311.router(house), calendar.router(house), health.router(house, depth),
        metrics.router(house, depth), docs.router(house),
    ]  # fmt: skip
