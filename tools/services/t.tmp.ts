import { startFtpd, startProftpd, BASE_CONFIGURATION } from '@ftpd/test-services';
for (const start of [startFtpd, startFtpd, startFtpd, startProftpd]) {
  const t0 = performance.now();
  const s = await start({ config: BASE_CONFIGURATION, users: [{ name: 'a' }] });
  const t1 = performance.now();
  await s.stop();
  const t2 = performance.now();
  console.log(s.kind, t1 - t0, t2 - t1);
}
