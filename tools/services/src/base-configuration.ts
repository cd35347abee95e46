/** Directives that every configuration of the dialogues shares; both servers read them as they are. */
export const BASE_CONFIGURATION = `ModulePath /usr/lib/proftpd
LoadModule mod_site_misc.c
ServerName "probe"
ServerType standalone
DefaultServer on
Port %{env:FTPD_TEST_PORT}
UseIPv6 on
User %{env:FTPD_TEST_USER}
Group %{env:FTPD_TEST_GROUP}
Umask 022
UseReverseDNS off
RequireValidShell off
RootLogin on
UseFtpUsers off
AuthOrder mod_auth_file.c
AuthUserFile %{env:FTPD_TEST_FOLDER}/passwd
AuthGroupFile %{env:FTPD_TEST_FOLDER}/group
DefaultRoot ~
AllowOverwrite on
PidFile %{env:FTPD_TEST_FOLDER}/pid
ScoreboardFile %{env:FTPD_TEST_FOLDER}/scoreboard
SystemLog none
TransferLog none
WtmpLog off
TimeoutLinger 1
MaxInstances none
<IfModule mod_delay.c>
  DelayEngine off
</IfModule>
<IfModule mod_ctrls.c>
  ControlsEngine off
</IfModule>
`;
