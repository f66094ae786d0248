"""The tables of the small tools. Each lives beside the code that uses it."""

from .broadcast import Signal
from .jobs import Job

__all__ = ["Job", "Signal"]
