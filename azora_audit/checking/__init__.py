"""Checks a fleet: every service read and judged, in processes where that pays, and remembered by content."""
