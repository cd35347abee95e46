/** What Python's users write so that data connections resume; ftplib itself does not. */
export const ftplibProgram = `
import ftplib, io, ssl, sys
port, password, version, resumes, name = sys.argv[1:6]
class Resuming(ftplib.FTP_TLS):
    def ntransfercmd(self, cmd, rest=None):
        conn, size = ftplib.FTP.ntransfercmd(self, cmd, rest)
        return self.context.wrap_socket(conn, server_hostname=self.host, session=self.sock.session), size
context = ssl.create_default_context()
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE
context.minimum_version = context.maximum_version = getattr(ssl.TLSVersion, 'TLSv' + version.replace('.', '_'))
ftp = (Resuming if resumes == 'yes' else ftplib.FTP_TLS)(context=context, timeout=30)
ftp.connect('127.0.0.1', int(port)); ftp.login('u1', password); ftp.prot_p()
some = open(name, 'rb').read()
for round in range(3):
    for listing in range(3): ftp.retrlines('LIST', lambda line: None)
    for file, content in (('python', some), ('python-empty', b'')):
        ftp.storbinary('STOR ' + file, io.BytesIO(content))
        got = io.BytesIO(); ftp.retrbinary('RETR ' + file, got.write)
        assert got.getvalue() == content
    lines = []; ftp.retrlines('NLST', lines.append)
    assert 'python' in lines, lines
print(ftp.quit())
`;
