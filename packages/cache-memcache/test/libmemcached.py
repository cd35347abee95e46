"""The real libmemcached, set up as ProFTPD sets it up. Reads one JSON request from stdin and prints one JSON answer.

{"servers": "host:port:weight,...", "replicas": n, "prefix": "...", "steps": [["where", key], ["set", key, value, exptime],
["get", key], ["delete", key]]}; keys and values are hex. Answers: the number of the server, true, the value or null, true.
"""

import ctypes
import json
import sys

lib = ctypes.CDLL("libmemcached.so.11")
handle_t, text, size, u32 = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint32


def declare(name, result, *arguments):
    function = getattr(lib, name)
    function.restype, function.argtypes = result, arguments
    return function


create = declare("memcached_create", handle_t, handle_t)
behave = declare("memcached_behavior_set", ctypes.c_int, handle_t, ctypes.c_int, ctypes.c_uint64)
call_back = declare("memcached_callback_set", ctypes.c_int, handle_t, ctypes.c_int, text)
parse = declare("memcached_servers_parse", handle_t, text)
push = declare("memcached_server_push", ctypes.c_int, handle_t, handle_t)
by_key = declare("memcached_server_by_key", handle_t, handle_t, text, size, ctypes.POINTER(ctypes.c_int))
name_of = declare("memcached_server_name", text, handle_t)
port_of = declare("memcached_server_port", ctypes.c_uint16, handle_t)
store = declare("memcached_set", ctypes.c_int, handle_t, text, size, text, size, ctypes.c_long, u32)
fetch = declare(
    "memcached_get", handle_t, handle_t, text, size,
    ctypes.POINTER(size), ctypes.POINTER(u32), ctypes.POINTER(ctypes.c_int),
)
free = declare("memcached_free", None, handle_t)
remove = declare("memcached_delete", ctypes.c_int, handle_t, text, size, ctypes.c_long)

DISTRIBUTION, BINARY_PROTOCOL, NUMBER_OF_REPLICAS, CONSISTENT, PREFIX_KEY = 9, 18, 29, 1, 0


def open_handle(request):
    handle = create(None)
    behave(handle, DISTRIBUTION, CONSISTENT)
    behave(handle, BINARY_PROTOCOL, 1)
    if push(handle, parse(request["servers"].encode())) != 0:
        raise SystemExit("servers refused")
    if request.get("replicas"):
        behave(handle, NUMBER_OF_REPLICAS, request["replicas"])
    if request.get("prefix"):
        call_back(handle, PREFIX_KEY, request["prefix"].encode())
    return handle


def perform(handle, names, step):
    verb, key = step[0], bytes.fromhex(step[1])
    status = ctypes.c_int(0)
    if verb == "where":
        server = by_key(handle, key, len(key), ctypes.byref(status))
        return names.index(f"{name_of(server).decode()}:{port_of(server)}")
    if verb == "set":
        value = bytes.fromhex(step[2])
        return store(handle, key, len(key), value, len(value), step[3], 0) == 0
    if verb == "delete":
        return remove(handle, key, len(key), 0) == 0
    length, flags = size(0), u32(0)
    found = fetch(handle, key, len(key), ctypes.byref(length), ctypes.byref(flags), ctypes.byref(status))
    return ctypes.string_at(found, length.value).hex() if found else None


def normal(server):
    if server.startswith("/"):
        return server + ":0"
    return ":".join((server.split(":") + ["11211"])[:2])


answers = []
for request in json.load(sys.stdin):
    handle = open_handle(request)
    names = [normal(server) for server in request["servers"].split(",")]
    answers.append([perform(handle, names, step) for step in request["steps"]])
    free(handle)
json.dump(answers, sys.stdout)
