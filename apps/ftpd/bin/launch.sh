# Read by the launchers beside this file: finds a Node that is new enough and becomes dist/$entry.js.
# $self is the launcher's real path; the nearest Node upward of it is the one that was installed with it.

app=${self%/bin/*}
name=${self##*/}
program=$app/dist/$entry.js

if [ ! -f "$program" ]; then
  echo "$name: $program is missing: run npm run build first." >&2
  exit 1
fi

# A Node that is too old, or built for another system (musl), is passed over.
is_new_enough() {
  [ -x "$1" ] && version=$("$1" --version 2>/dev/null) || return 1
  major=${version#v}
  [ "${major%%.*}" -ge 22 ] 2>/dev/null
}

node=
folder=$app
while [ -z "$node" ]; do
  for candidate in "$folder"/node_modules/.bin/node "$folder"/node_modules/node-linux-*/bin/node; do
    if is_new_enough "$candidate"; then
      node=$candidate
      break
    fi
  done
  [ -n "$folder" ] || break
  folder=${folder%/*}
done

search=$PATH:
while [ -z "$node" ] && [ -n "$search" ]; do
  candidate=${search%%:*}/node
  search=${search#*:}
  if is_new_enough "$candidate"; then
    node=$candidate
  fi
done

if [ -z "$node" ]; then
  echo "$name: no Node.js of version 22 or newer, neither beside $app nor in PATH: install one." >&2
  exit 1
fi

# File and password work runs in libuv's threads; its default of 4 lets one slow disk hold all sessions.
export UV_THREADPOOL_SIZE="${UV_THREADPOOL_SIZE:-32}"
exec "$node" "$program" "$@"
