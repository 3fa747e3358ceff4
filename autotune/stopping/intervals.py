"""The parameters that say at which reports a rule judges, as HyperDrive names them."""

from autotune.stopping.declaration import Parameter

# HyperDrive's defaults: with no delay a trial is judged by its first report; its example of what
# the median saves waits for 5.
INTERVALS = {"evaluation_interval": Parameter(1, 1), "delay_evaluation": Parameter(0, 0)}
