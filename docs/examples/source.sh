#!/bin/sh
# A line each second, or at another interval: source.sh SECONDS
count=0
while :; do
  count=$((count + 1))
  echo "line $count"
  sleep "${1:-1}"
done
