#!/bin/sh
# Prints its argument and the time every CLOCK_INTERVAL seconds.
while :; do
  echo "${1:-Now} $(date +%H:%M:%S)"
  sleep "${CLOCK_INTERVAL:-5}"
done
