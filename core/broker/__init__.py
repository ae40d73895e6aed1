"""Brokers behind one port: RabbitMQ and the embedded queue."""
