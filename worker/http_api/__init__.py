"""The HTTP service: POST /workout, health and metrics."""
