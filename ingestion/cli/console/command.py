"""The command that opens the console."""

from typing import Annotated

import typer

from ingestion.cli.options import Env
from ingestion.cli.output import console as messages

Port = Annotated[
    int, typer.Option(help="The port on 127.0.0.1; 0 for any free port.", min=0, max=65_535)
]
Browser = Annotated[bool, typer.Option(help="Open the page in the browser.")]


def console(deployment: Env, port: Port = 4600, browser: Browser = True) -> None:
    """Open pages that show and control the environment, until Ctrl-C. Only this machine sees them.

    The pages use your AWS credentials: they can do what you may do, and the audit log names you.
    """
    from ingestion.cli.console import server

    with server.listen(port) as listening:
        runtime = server.runtime_for(deployment, listening)
        url = f"http://{runtime.address}/?token={runtime.token}"
        messages.print(f"The console of {deployment.environment}: {url}")
        messages.print("Press Ctrl-C to stop.")
        server.serve(runtime, listening, open_url=url if browser else None)
