/** Where ProFTPD's packages have them; PidFile and ScoreboardFile change them. */
export const defaultPidFile = '/run/proftpd.pid';
export const defaultScoreboardFile = '/run/proftpd.scoreboard';
export const defaultModulePath = '/usr/lib/proftpd';
