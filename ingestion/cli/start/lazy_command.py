"""A command whose module is imported when the command is used, because imports take long."""

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand
from typer.main import get_group


class LazyCommand(TyperCommand):
    """Stands for a command in lists of commands, and loads it to parse its arguments.

    `target` is `module:attribute`, a function or a Typer app. `help` must be the first paragraph
    of the target's own help.
    """

    def __init__(self, name: str, target: str, help: str) -> None:  # noqa: A002 - Typer's name
        super().__init__(name, help=help, short_help=help)  # Lists shorten no short help.
        self._target = target

    def load(self) -> Any:
        """Import the command."""
        module, _, attribute = self._target.partition(":")
        target = getattr(import_module(module), attribute)
        app = typer.Typer(rich_markup_mode=None)  # As the group of all commands.
        if isinstance(target, typer.Typer):
            app.add_typer(target, name=self.name)
        else:
            app.command(self.name)(target)
        loaded = get_group(app).commands[str(self.name)]
        for command in getattr(loaded, "commands", {}).values():
            command.short_help = (command.help or "").partition("\n\n")[0]
        return loaded

    def make_context(self, *args: Any, **options: Any) -> Any:
        """Return the loaded command's context, so that the loaded command runs."""
        return self.load().make_context(*args, **options)
