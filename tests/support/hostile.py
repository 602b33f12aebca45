"""Texts that would change a page or a terminal if it did not escape them."""

HOSTILE_TEXTS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "\u202eright to left\u2066",
    "zero\0byte \x1b[31m",
    "{{ 7 * 7 }} {% raw %}",
]
