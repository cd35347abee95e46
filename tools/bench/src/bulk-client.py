"""Moves one file over FTP and prints what it took, as JSON.

usage: bulk-client.py PORT USER PASSWORD get|drop|put REMOTE LOCAL BYTES

It is to be faster than any server. `get` reads into one buffer, as every client must at the least; `drop` lets the
kernel throw the bytes away without a copy (MSG_TRUNC, Linux); `put` lets the kernel send from the page cache
(sendfile). Its time runs from the command to the last reply.
"""
import json
import os
import re
import socket
import sys
import time


class Control:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.lines = self.socket.makefile("rb")

    def reply(self, expected):
        line = self.lines.readline().decode()
        first = line[:3]
        while line and not (line[:3] == first and line[3:4] == " "):
            line = self.lines.readline().decode()
        if not line.startswith(str(expected)):
            sys.exit("expected %s, got %r" % (expected, line))
        return line

    def ask(self, command, expected):
        self.socket.sendall(command.encode() + b"\r\n")
        return self.reply(expected)


def take_all(data, flags):
    total = 0
    buffer = bytearray(4 * 1024 * 1024 if flags else 256 * 1024)
    while True:
        count = data.recv_into(buffer, len(buffer), flags)
        if count == 0:
            return total
        total += count


def send_all(data, path, size):
    done = 0
    with open(path, "rb") as file:
        while done < size:
            done += os.sendfile(data.fileno(), file.fileno(), done, size - done)
    return done


def main():
    port, user, password, direction, remote, local, size = sys.argv[1:]
    control = Control(int(port))
    control.reply(220)
    control.ask("USER " + user, 331)
    control.ask("PASS " + password, 230)
    control.ask("TYPE I", 200)
    if direction == "put":
        # Absent is fine too: each upload makes a new file.
        control.socket.sendall(("DELE %s\r\n" % remote).encode())
        control.lines.readline()
    numbers = [int(n) for n in re.search(r"\((\d+),(\d+),(\d+),(\d+),(\d+),(\d+)\)", control.ask("PASV", 227)).groups()]
    data = socket.create_connection(("127.0.0.1", numbers[4] * 256 + numbers[5]))
    started = time.perf_counter()
    # Some servers answer 125, others 150.
    control.ask(("STOR " if direction == "put" else "RETR ") + remote, 1)
    if direction == "put":
        moved = send_all(data, local, int(size))
    else:
        moved = take_all(data, socket.MSG_TRUNC if direction == "drop" else 0)
    data.close()
    control.reply(226)
    seconds = time.perf_counter() - started
    if moved != int(size):
        sys.exit("%d bytes moved instead of %s" % (moved, size))
    control.ask("QUIT", 221)
    print(json.dumps({"seconds": seconds, "bytes": moved}))


main()
