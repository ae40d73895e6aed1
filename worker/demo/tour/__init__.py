"""The guided tour: seven steps that drive the real pipeline and wait for what they talk about."""
