"""What a request will cost before it is sent: at least, probably and at most, with everything assumed named."""
