"""What an index of search holds, in a form that tests and benchmarks compare.

How search answers a query is tested in tests/integration/search.
"""
