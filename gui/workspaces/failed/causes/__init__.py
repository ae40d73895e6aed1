"""The causes of failures, with how many messages each has."""
