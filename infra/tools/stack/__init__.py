"""The local stack: emulator, environment and demo. Environments on AWS never use this package."""
