"""The parts of an XLSX workbook (ECMA-376 part 1): its package, styles, shared strings and sheets.

Streams what may be large, and keeps the rest within limits. Other formats belong elsewhere.
"""
