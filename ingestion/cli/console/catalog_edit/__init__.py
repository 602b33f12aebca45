"""Edits the entry of a source in the checkout: the text, its check, its diff and the plan.

It only writes config/sources.yaml. Terraform alone changes the environment.
"""
