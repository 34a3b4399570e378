/**
 * Seconds that the hook of a terminating machine must last longer than the drain: for the machine to see that it is to go
 * (it looks every 5 seconds), to stop the worker's containers, and to tell Auto Scaling.
 */
export const DRAIN_MARGIN_SECONDS = 120;

/** Seconds that a failed machine stays for a person to look at, unless it is kept. */
export const FAILED_BOOT_SECONDS = 180;
