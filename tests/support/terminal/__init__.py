"""Pseudo-terminals for programs and for functions of this process, and their screens."""
