/** What `--help` prints. */
export const helpText = `usage: ftpasswd --passwd|--group|--hash [options]

Makes and edits the files that AuthUserFile (--passwd) and AuthGroupFile (--group)
name in proftpd.conf, or prints the hash of a password for UserPassword (--hash).
Other lines of the file, comments too, stay as they are. While it writes, FILE.lock
keeps other runs waiting; a new file gets mode 0600.

With every mode
      --des --md5 --sha256 --sha512 --bcrypt
                         kind of hash; the default is SHA-256. DES reads only 8
                         characters of a password, and like MD5 it is easily broken
      --stdin            read the password from standard input, without a prompt
  -h, --help             print this
      --version          print the version
      --use-cracklib     not supported

With --passwd (default file ./ftpd.passwd)
      --file FILE        the file to make or edit
      --name NAME        the user; always required
      --uid N  --gid N   numbers of the user; without --gid the group is the uid
      --home DIR         absolute path of an existing folder
      --shell PATH       login shell; /bin/false for those who only use FTP
      --gecos TEXT       full name or other remark
                         Without one of the options below, the user is created or,
                         where there is one already, gets these values
      --change-password  set another password and leave the rest
      --change-home      set --home and leave the rest
      --delete-user      remove the user
  -l, --lock             put ! before the hash, so that no password fits
  -u, --unlock           take it away again
      --not-previous-password
                         refuse the password that the user has now
      --not-system-password
                         refuse the password of the system's user of that name
  -F, --force            begin with an empty file

With --group (default file ./ftpd.group)
      --file FILE        the file to make or edit
      --name NAME        the group; always required
      --gid N            its number
  -m, --member NAME      a member; may be repeated. The list replaces the old one
      --enable-group-passwd
                         set a password for the group
      --add-member NAME  add one member and leave the rest
      --delete-member NAME
                         remove one member and leave the rest
      --delete-group     remove the group
  -F, --force            begin with an empty file

Exit codes
    0  done
    1  no such user or group
    2  the password is the one that the user has
    4  the password is that of the system's user
    8  the home is not an absolute path, or does not exist
   16  a file could not be read, locked or written, or no usable password came
  130  interrupted at the prompt
  255  the command line is wrong
`;
