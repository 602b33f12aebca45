"""What a planned environment costs: counted units, multiplied by the prices of config/prices.yaml.

Nothing here reads AWS.
"""
