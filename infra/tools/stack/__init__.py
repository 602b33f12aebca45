"""The local stack: the emulator, the environment on it, and the demo.

Environments on AWS do not use this package.
"""
