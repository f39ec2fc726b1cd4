"""The embedded stack: Prefect's server and a worker, as child processes of `onward up`."""
