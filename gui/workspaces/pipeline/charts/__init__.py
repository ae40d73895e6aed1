"""The charts of the Pipeline workspace: throughput, and wait and run percentiles."""
