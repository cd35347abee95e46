/** What `-h` prints, and what follows an unknown option. */
export const usage = `usage: ftpd [options]
 -h, --help
     Show this text
 -N, --nocollision
     Accepted for compatibility: servers that share an address and port are told apart by HOST
 -n, --nodaemon
     Stay in the foreground and log to stderr
 -q, --quiet
     With -n: log nothing to stderr
 -d [level], --debug
     Debug level, from 0 to 10 (most)
 -D [definition], --define
     Set a name for <IfDefine>
 -c [config-file], --config
     Use another configuration file
 -p [0|1], --persistent
     Accepted for compatibility: accounts are not read through persistent handles here
 -l, --list
     List the built-in modules
 -S, --serveraddr
     Address of the main server
 -t, --configtest
     Report every error of the configuration file, and exit
 -V, --settings
     Show settings and features, and exit
 -v, --version
     Show the version, and exit
 -vv, --version-status
     Show the versions of everything, and exit
 -X, --nofork
     Stay in the foreground and exit after one session
 -4, --ipv4
     IPv4 only
 -6, --ipv6
     IPv6 only
 --unprivileged
     Started as root: listen, then become the User and Group of the configuration for good

usage: ftpd pool-secret new [file]
     Make a secret for PoolSecretFile: on stdout, or in a file (mode 0600), in front of those that it holds

usage: ftpd certificate request NAME... [--key FILE] [--out FILE] [--bits N]
     Make a key, unless there is one, and a request for a certificate to send to an authority
usage: ftpd certificate self-signed NAME... [--key FILE] [--out FILE] [--bits N] [--days N]
     The same with a certificate that only vouches for itself, to begin with`;
