"""BLAKE2b without the import of hashlib, which loads OpenSSL for the other hashes: a hundredth of a small run."""

from __future__ import annotations

try:
    from _blake2 import blake2b
except ImportError:  # Python may have been built without it
    from hashlib import blake2b

__all__ = ["blake2b"]
