/** What `--help` prints. */
export const helpText = `usage: ftpdctl [options] action [...]

Asks a running daemon, ftpd or ProFTPD, through its control socket. Which actions there
are, and who may ask for them, say its modules: ftpdctl help

  -s, --socket PATH  the daemon's ControlsSocket; without it /run/proftpd.sock,
                     and where that is not there /run/proftpd/proftpd.sock
      --json         print the answer as one JSON object: status, exitCode, lines, and
                     data where the action has any
  -v, --verbose      say what is done
  -h, --help         print this
      --version      print the version

Options of an action stand behind it, such as
  ftpdctl ban user bob --duration 10m --reason "too many tries"
  ftpdctl ban info -v -e
  ftpdctl permit host 192.0.2.1

Exit codes
    0  done
    1  failed
    2  access denied: no line such as ControlsACLs allows it
    3  the action does not take these words
    4  what it is about does not exist
    5  not permitted
    6  there was nothing to do
    7  the daemon has no such action
    8  an error in the daemon; its log says more
   64  the command line is wrong
   69  no daemon listens there, or its socket may not be used
   75  the daemon gave no answer in time
   76  the answer can't be read
`;
