#!/bin/sh
# Writes a line each second.
n=0
while n=$((n + 1)); do
  echo "hello $n"
  sleep 1
done
