"""The same workouts processed within the request, and by way of the queue, measured side by side. Qt-free."""
