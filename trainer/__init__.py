"""clawmill's trainer: supervised fine-tuning, GRPO updates and policy serving. Started as `python -m trainer JOB.json`."""

import os

# Read by the OpenMP library when torch loads it. Threads that spin while they wait for each other starve as soon as anything else runs on
# the machine (worker, sandboxes, the Temporal server): measured 4 to 10 times slower on two busy cores, no slower on idle ones.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
