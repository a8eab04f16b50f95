"""Cardinal from Python: the same requests as the pages make."""

from cardinal_client.client import Client
from cardinal_client.errors import ApiError, Failed, Unreachable

__all__ = ["ApiError", "Client", "Failed", "Unreachable"]
