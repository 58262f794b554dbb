#!/bin/sh
# Says what it reads.
while read -r line; do
  echo "got $line"
done
