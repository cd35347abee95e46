"""usage: many-files-client.py PORT PASSWORD SESSIONS FILES: every session makes FILES files of 1 KiB, looks at each, lists
now and then, renames and deletes all. Prints the seconds from the first command after the logins to the last reply.

A process for each session, with blocking sockets: no client costs a server less of a small machine."""
import json
import multiprocessing
import re
import socket
import sys
import time

FILES_PER_LIST = 10
CONTENT = b"a" * 1024


class Session:
    def __init__(self, port, user, password):
        self.port = port
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""
        self.reply()
        self.ask("USER " + user)
        self.ask("PASS " + password)
        self.ask("TYPE I")

    def reply(self):
        while True:
            end = self.received.find(b"\r\n")
            if end < 0:
                got = self.socket.recv(65536)
                if not got:
                    raise EOFError("the server closed the connection")
                self.received += got
                continue
            line, self.received = self.received[:end], self.received[end + 2 :]
            if line[3:4] == b" " and line[:3].isdigit():
                if line[:1] in b"45":
                    raise ValueError("the server answered " + line.decode("latin1"))
                return line

    def ask(self, line):
        self.socket.sendall(line.encode() + b"\r\n")
        return self.reply()

    def data(self):
        port = int(re.search(rb"\|\|\|(\d+)\|", self.ask("EPSV")).group(1))
        return socket.create_connection(("127.0.0.1", port))

    def store(self, name):
        with self.data() as data:
            self.ask("STOR " + name)
            data.sendall(CONTENT)
        self.reply()

    def list(self):
        with self.data() as data:
            self.ask("LIST")
            while data.recv(65536):
                pass
        self.reply()


def work(number, port, password, files, barrier):
    session = Session(port, "user%d" % number, password)
    folder = "mix-%d" % number
    barrier.wait()
    begun = time.monotonic()
    session.ask("MKD " + folder)
    session.ask("CWD " + folder)
    names = ["file-%d" % file for file in range(files)]
    for file, name in enumerate(names):
        session.store(name)
        session.ask("SIZE " + name)
        if (file + 1) % FILES_PER_LIST == 0:
            session.list()
    for name in names:
        session.ask("RNFR " + name)
        session.ask("RNTO " + name + ".renamed")
        session.ask("DELE " + name + ".renamed")
    session.ask("CDUP")
    session.ask("RMD " + folder)
    ended = time.monotonic()
    session.ask("QUIT")
    return begun, ended


def run(arguments):
    return work(*arguments, barrier)


def share(shared):
    global barrier
    barrier = shared


if __name__ == "__main__":
    port, password, sessions, files = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    with multiprocessing.Pool(sessions, share, (multiprocessing.Barrier(sessions),)) as pool:
        tasks = [(number, port, password, files) for number in range(sessions)]
        times = pool.map(run, tasks, chunksize=1)
    print(json.dumps({"seconds": max(end for _, end in times) - min(begun for begun, _ in times)}))
