"""usage: pyftpdlib-server.py PORT HOME ACCOUNTS PASSWORD: pyftpdlib's own event loop and its authorizer without hashes."""
import logging
import sys

from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler
from pyftpdlib.servers import FTPServer

port, home, accounts, password = sys.argv[1:]
logging.basicConfig(level=logging.ERROR)
authorizer = DummyAuthorizer()
for number in range(int(accounts)):
    authorizer.add_user("user%d" % number, password, home, perm="elradfmwMT")
FTPHandler.authorizer = authorizer
FTPHandler.banner = "ready"
server = FTPServer(("127.0.0.1", int(port)), FTPHandler, backlog=512)
server.max_cons = 0
server.max_cons_per_ip = 0
server.serve_forever()
