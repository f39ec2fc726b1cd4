"""The process that serves the portal: `python -m portal.serving --port 4280`."""

from __future__ import annotations

import argparse
import logging
from contextlib import closing

import uvicorn
from prometheus_client import start_http_server
from starlette.types import ASGIApp

from casework.bootstrap import connect
from casework.installation_clock import SystemClock
from casework.settings import Settings
from portal.app import application
from portal.asked import Portal
from portal.measuring import Measured, RequestCounts

HOST = "127.0.0.1"


def serve(port: int, metrics_port: int | None = None) -> None:
    """Serve the installation named in the environment, until the process is told to stop.

    Args:
        metrics_port: the port for metrics; by default, the port in the settings. If there is
            neither, no metrics are served. Each of several processes needs its own port.
    """
    settings = Settings.read()
    address = settings.portal or f"http://localhost:{port}"
    with closing(connect(settings, set_up=False)) as onward:
        portal = Portal(onward=onward, time=SystemClock(), address=address)
        app: ASGIApp = application(portal)
        if told_at := metrics_port or settings.metrics_port:
            app = Measured(app, measures := RequestCounts())
            tell(measures, told_at)
        # No log line for each request, since addresses contain codes of cases, and links that let
        # somebody in.
        uvicorn.run(
            app, host=HOST, port=port, access_log=False, log_level="warning", server_header=False
        )


def tell(measures: RequestCounts, port: int) -> None:
    """Serve metrics on this machine; if the port is taken, pages are still served."""
    try:
        start_http_server(port, HOST, measures.registry)
    except OSError as error:
        logging.getLogger("onward.portal").warning(
            "Metrics: nothing listens at %s:%s: %s", HOST, port, error.strerror
        )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m portal.serving", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--metrics-port", type=int)
    given = parser.parse_args()
    logging.basicConfig(level=logging.WARNING)
    serve(given.port, given.metrics_port)


if __name__ == "__main__":
    main()
