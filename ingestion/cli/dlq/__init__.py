"""Dead letters for operators: find, show, edit, redrive and drop them.

Each kind of dead letter has a redrive target. Writing dead letters belongs to `messaging`.
"""
