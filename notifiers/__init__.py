"""How notices are worded and sent: neutral texts, secret addresses, channels."""
