#!/bin/sh
# Stands in for a program that captures traffic: capture.sh FILE prints a line at the interval that the file names.
interval=$(sed -n 's/^interval //p' "$1" 2>/dev/null)
echo "capturing every ${interval:-1} s"
while sleep "${interval:-1}"; do
  echo "captured at $(date +%H:%M:%S)"
done
