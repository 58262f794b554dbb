#!/bin/sh
# A server that reads commands from its terminal, and saves before it exits.
save() {
    echo "saving the world"
    exit 0
}
trap save TERM HUP
echo 'done; for help, type "help"'
while printf '> ' && read -r command words; do
    case $command in
        help) echo "list, say TEXT, size, stop" ;;
        list) echo "there are 0 players online" ;;
        say) echo "[server] $words" ;;
        size) stty size ;;
        stop) save ;;
        *) echo "unknown command: $command" ;;
    esac
done
save
