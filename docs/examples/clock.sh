#!/bin/sh
# Says the time every CLOCK_INTERVAL seconds, after the words it is given.
while :; do
  echo "${1:-Now} $(date +%H:%M:%S)"
  sleep "${CLOCK_INTERVAL:-5}"
done
