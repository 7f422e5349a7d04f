"""The demo hospital: hub and desks in one go, with a window or as a journey that proves itself."""

from ui.cli.demo.command import demo

__all__ = ["demo"]
