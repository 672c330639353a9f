#!/usr/bin/env bash
# Measures how long a connector takes from its start until /ready answers 200, against an edge on this machine:
#   start-up.sh [ROUNDS]     10 rounds on two cores, and 3 at a tenth of a core
# Says also how much CPU time that took, which other work on the machine does not change.
# Has the launcher prepare for fast starts before.
# Exits with 1 if the median is beyond a second on two cores, or beyond ten at a tenth of one.
set -euo pipefail

rounds=${1:-10}
slow_rounds=3
full_limit_ms=1000
slow_limit_ms=10000
checkout=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
work=$(mktemp -d)
edge=
connector=
throttle=

stop() {
  for pid in $throttle $connector $edge; do
    kill -CONT "$pid" 2>/dev/null || true
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  rm -rf "$work"
}
trap stop EXIT

# Two cores if there are more.
two=()
if command -v taskset >/dev/null && (($(nproc) > 2)); then
  two=(taskset -c 0,1)
fi

# Sleeps without a process of its own, which would be part of what is measured.
exec {never}<> <(:)
pause() { read -rt "$1" -u "$never" || true; }

now_ms() { local t=${EPOCHREALTIME/[.,]/}; echo $((t / 1000)); }

wait_for() { # FILE PATTERN: until a line matches
  local deadline=$((SECONDS + 60))
  until grep -qE "$2" "$1" 2>/dev/null; do
    ((SECONDS < deadline)) || { echo "start-up.sh: no \"$2\" within a minute in:" >&2; cat "$1" >&2; exit 1; }
    pause 0.05
  done
}

"$checkout/adit" prepare

port=$((20000 + RANDOM % 10000))
"$checkout/adit" edge-sim --tunnel start=start.example.test --tunnel-port "$port" --http-port 0 --https-port 0 \
  --api-port 0 --token-dir "$work" --cacert-out "$work/ca.pem" >"$work/edge.log" 2>&1 &
edge=$!
wait_for "$work/edge.log" "$port"

# Lets process $1 run 10 ms in 100: a tenth of a core, as a small share of a busy machine would.
tenth() {
  while kill -STOP "$1" 2>/dev/null; do
    pause 0.09
    kill -CONT "$1" 2>/dev/null || return 0
    pause 0.01
  done
}

# Whether /ready of port $1 answers 200. Without a program of its own too: one every 10 ms would take half a core.
is_ready() {
  local line=
  { exec {socket}<>"/dev/tcp/127.0.0.1/$1"; } 2>/dev/null || return 1
  printf 'GET /ready HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' >&"$socket"
  read -rt 1 -u "$socket" line || true
  exec {socket}>&-
  [[ $line == *" 200 "* ]]
}

cpu_ms() { # PID: user and system time; the process name, which may have spaces, is in brackets
  local stat fields
  stat=$(<"/proc/$1/stat")
  read -ra fields <<<"${stat##*) }"
  echo $(((fields[11] + fields[12]) * 1000 / $(getconf CLK_TCK)))
}

one_round() { # full|tenth: sets took and cpu, in milliseconds
  local ready=$((port + 1 + RANDOM % 100)) began ended deadline=$((SECONDS + 120))
  began=$(now_ms)
  "${two[@]}" "$checkout/adit" tunnel --metrics "127.0.0.1:$ready" run --token-file "$work/start.token" \
    --edge "127.0.0.1:$port" --cacert "$work/ca.pem" >"$work/connector.log" 2>&1 &
  connector=$!
  if [[ $1 == tenth ]]; then
    tenth "$connector" &
    throttle=$!
  fi
  until is_ready "$ready"; do
    ((SECONDS < deadline)) || { echo "start-up.sh: not ready within two minutes:" >&2; cat "$work/connector.log" >&2; exit 1; }
    pause 0.01
  done
  ended=$(now_ms)
  cpu=$(cpu_ms "$connector")
  for pid in $throttle $connector; do
    kill "$pid" 2>/dev/null || true
  done
  kill -CONT "$connector" 2>/dev/null || true
  wait $throttle "$connector" 2>/dev/null || true
  throttle=
  connector=
  took=$((ended - began))
}

failed=0
measure() { # full|tenth ROUNDS LIMIT NAME
  local times=() cpus=()
  one_round full # the files are in memory after it
  for ((i = 0; i < $2; i++)); do
    one_round "$1"
    times+=("$took")
    cpus+=("$cpu")
  done
  mapfile -t times < <(printf '%s\n' "${times[@]}" | sort -n)
  mapfile -t cpus < <(printf '%s\n' "${cpus[@]}" | sort -n)
  local median=${times[$(($2 / 2))]} verdict=ok
  ((median <= $3)) || { verdict="beyond $3 ms"; failed=1; }
  printf '%-18s %2d rounds: min %5d  median %5d  max %5d ms  CPU median %5d ms  %s\n' \
    "$4" "$2" "${times[0]}" "$median" "${times[-1]}" "${cpus[$(($2 / 2))]}" "$verdict"
}

measure full "$rounds" "$full_limit_ms" "two cores"
measure tenth "$slow_rounds" "$slow_limit_ms" "a tenth of a core"
exit "$failed"
