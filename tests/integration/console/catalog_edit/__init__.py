"""The pages that edit an entry of config/sources.yaml in the checkout, and plan it."""
