#!/bin/sh
# The daemon of perp's example: says hello every HELLO_INTERVAL seconds, and tells when it is ready.
echo "hellod: starting..."
trap 'echo "hellod: bye"; exit 0' TERM
echo "hellod: ready"
while :; do
  echo "hello"
  sleep "${HELLO_INTERVAL:-5}" &
  wait $!
done
