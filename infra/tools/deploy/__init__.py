"""Plans and applies an environment, and guards its data. The local stack belongs to `stack`."""
