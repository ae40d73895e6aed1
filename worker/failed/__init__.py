"""Acting on the failed list: resend, repair, discard, import from the queue, bulk fix."""
