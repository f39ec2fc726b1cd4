"""The embedded stack: Prefect's server, a worker and the agencies' pages, as child processes of
`onward up` or `onward demo`.
"""
