#!/usr/bin/env bash
# A machine that systemd runs, made of this one: its root is this machine's with changes kept in memory, its network is
# this machine's. Needs root and systemd-nspawn.
#   node.sh start DIR     makes it in DIR, which must not exist
#   node.sh run DIR COMMAND...
#   node.sh stop DIR
set -euo pipefail
operation=$1
dir=$2
shift 2
name=${dir##*/}

inside() { # COMMAND...
  nsenter -t "$(<"$dir/leader")" -m -u -i -p -C -r -w -- "$@"
}

case $operation in
  start)
    mkdir "$dir"
    mount -t tmpfs -o size=1g tmpfs "$dir"
    mkdir "$dir"/{upper,work,root}
    mount -t overlay overlay -o "lowerdir=/,upperdir=$dir/upper,workdir=$dir/work" "$dir/root"
    # Or it takes itself for this machine.
    rm -f "$dir/root/etc/machine-id"
    : >"$dir/root/etc/machine-id"
    for hierarchy in systemd unified; do
      [[ ! -d /sys/fs/cgroup/$hierarchy ]] || mkdir -p "/sys/fs/cgroup/$hierarchy/$name"
    done
    # A mount namespace of its own with an empty /run, since nspawn wants one in memory; a cgroup of its own, or two nodes
    # would share one; only the basic target, or all that is enabled here would start there.
    setsid bash -c '
      for hierarchy in systemd unified; do
        [[ ! -d /sys/fs/cgroup/$hierarchy ]] || echo $$ >"/sys/fs/cgroup/$hierarchy/$1/cgroup.procs"
      done
      exec unshare -m bash -c "mount --make-rprivate /; mount -t tmpfs tmpfs /run; exec \"\$@\"" - \
        systemd-nspawn -b -q --register=no --keep-unit --console=pipe --resolv-conf=off --machine="$1" -D "$2" \
        systemd.unit=basic.target' - "$name" "$dir/root" </dev/null >"$dir/console" 2>&1 &
    echo $! >"$dir/nspawn"
    for _ in $(seq 600); do
      leader=$(pgrep -P "$(<"$dir/nspawn")" -x systemd || true)
      if [[ -n $leader ]]; then
        echo "$leader" >"$dir/leader"
        case $(inside systemctl is-system-running 2>/dev/null || true) in
          running | degraded) exit 0 ;;
        esac
      fi
      sleep 0.1
    done
    cat "$dir/console" >&2
    echo "$name is not up" >&2
    exit 1
    ;;
  run)
    inside "$@"
    ;;
  stop)
    inside systemctl poweroff 2>/dev/null || true
    for _ in $(seq 100); do
      kill -0 "$(<"$dir/nspawn")" 2>/dev/null || break
      sleep 0.1
    done
    kill -9 "$(<"$dir/nspawn")" 2>/dev/null || true
    for hierarchy in systemd unified; do
      find "/sys/fs/cgroup/$hierarchy/$name" -depth -type d -exec rmdir {} \; 2>/dev/null || true
    done
    umount "$dir/root"
    umount -l "$dir"
    rmdir "$dir"
    ;;
esac
