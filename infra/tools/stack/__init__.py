"""The local stack: the emulator, the environment on it, and the demo.

Nothing in it is used for an environment on AWS.
"""
