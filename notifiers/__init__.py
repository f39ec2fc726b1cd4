"""How a notice is worded and how it leaves: neutral texts, secret addresses, channels."""
