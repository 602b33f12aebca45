"""Reads a secret of one line from the terminal, without showing it, or from a pipe or a file."""

import sys
from getpass import getpass

_BYTE_ORDER_MARK = "\ufeff"


def read_secret_line(prompt: str) -> str:
    """Return the secret without the end of its line. On a terminal, Enter ends the secret.

    Raises ValueError, which says what is wrong and does not hold the secret.
    """
    try:
        # The encoding of standard input depends on the shell. A secret must not.
        text = getpass(prompt) if sys.stdin.isatty() else sys.stdin.buffer.read().decode()
    except UnicodeDecodeError:  # It holds the secret.
        raise ValueError("must be UTF-8: convert it, for example with `iconv`") from None
    text = text.removesuffix("\n").removesuffix("\r")
    if text.startswith(_BYTE_ORDER_MARK):
        raise ValueError("must not begin with a byte order mark: save the file as UTF-8 without it")
    if "\t" in text:
        raise ValueError("must not hold a tab: copy it without the text around it")
    return text
