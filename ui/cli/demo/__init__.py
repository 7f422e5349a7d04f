"""The demo hospital: hub and desks in one go, with a window or as a journey that proves itself."""
