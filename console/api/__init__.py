"""The open interfaces: messages, hooks, Open311, health, metrics, and their documentation."""

from fastapi import APIRouter

from flows.house import House


def api_routers(house: House) -> list[APIRouter]:
    """Every router that programs talk to."""
    return []
