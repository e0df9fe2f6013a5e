"""The open interfaces: messages, hooks, Open311, health, metrics, and their documentation."""

from fastapi import APIRouter

from console.api import health, hooks, messages, metrics
from console.api.queue_depth import QueueDepth
from flows.house import House


def api_routers(house: House) -> list[APIRouter]:
    """Every router that programs talk to."""
    depth = QueueDepth(house)
    return [messages.router(house), hooks.router(house), health.router(house, depth), metrics.router(house, depth)]
