"""Dead letters for operators: find, show, edit, redrive and drop them.

Each kind of dead letter has its own place to go back to; writing dead letters belongs to
`messaging`.
"""
