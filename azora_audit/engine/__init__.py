"""Runs rules on a catalog; places, phrases and counts what they find."""
