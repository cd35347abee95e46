/** Files of the system that one program sees in another way than all others. */
export interface OwnFiles {
  /** An empty folder that is for this alone. */
  readonly folder: string;
  /** The socket of syslog: what /dev/log leads to, there or not. Absent: there is no /dev/log. */
  readonly devLog?: string;
  /** An empty file that takes the place of /var/log/wtmp. */
  readonly wtmp?: string;
  /** A file that takes the place of /var/log/lastlog; only with `wtmp`. */
  readonly lastlog?: string;
}

const script = `
folder=$1 log=$2 wtmp=$3 lastlog=$4
shift 4
mount --rbind /dev "$folder"
mount -t tmpfs -o mode=0755 none /dev
for node in null zero full random urandom tty; do
  touch "/dev/$node" && mount --bind "$folder/$node" "/dev/$node"
done
mkdir /dev/shm && ln -s /proc/self/fd /dev/fd
if [ -n "$log" ]; then ln -s "$log" /dev/log; fi
if [ -n "$wtmp" ]; then
  mount -t tmpfs -o mode=0755 none /var/log
  touch /var/log/wtmp && mount --bind "$wtmp" /var/log/wtmp
  if [ -n "$lastlog" ]; then touch /var/log/lastlog && mount --bind "$lastlog" /var/log/lastlog; fi
fi
exec "$@"
`;

/** Words in front of a command. Only root may have its own view of the disk. */
export function seeingOwnFiles({
  folder,
  devLog = '',
  wtmp = '',
  lastlog = '',
}: OwnFiles): readonly string[] {
  return ['unshare', '--mount', 'sh', '-ec', script, 'sh', folder, devLog, wtmp, lastlog];
}
