"""Why a case is where it is, and how each of its moments was counted. Decides nothing."""
