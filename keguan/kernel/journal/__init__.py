"""The journal: events in streams, attempts, payloads apart, seals. Append-only by trigger and by database role."""

APPEND_ONLY = (
    "kernel_event",
    "kernel_event_object",
    "kernel_payload",
    "kernel_attempt",
    "kernel_reading",
    "kernel_seal",
    "kernel_balance_entry",
)
"""Tables in which the web role may only read and add. Erasure takes payload rows away with a right of its own."""
