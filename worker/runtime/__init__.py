"""What every program with threads shares: shutdown, status of the connection, a keychain that cannot hold it up."""
