"""What `onward demo` runs: synthetic cases, simulated agencies, and a mailbox that really
receives mail.
"""
