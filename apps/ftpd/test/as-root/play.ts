import { openData, type ControlClient } from '@ftpd/test-services';

/** Commands that bring a file; each brings the same text. */
const UPLOAD = /^(?:STOR|APPE|STOU)\b/;
const UPLOADED = 'uploaded';

async function upload(client: ControlClient, line: string): Promise<string> {
  const data = await openData(client);
  try {
    const opening = await client.ask(line);
    if (opening.code !== 150) return String(opening.code);
    (await data.socket()).end(UPLOADED);
    const last = await client.reply();
    // The name that STOU makes up is another each time.
    const made = /^FILE: (\S+)/.exec(opening.text)?.[1];
    if (line === 'STOU' && made !== undefined) {
      await client.ask(`RNFR ${made}`, 350);
      await client.ask('RNTO made-by-stou', 250);
    }
    return `150 ${last.code}`;
  } finally {
    data.destroy();
  }
}

/** Sends the lines one after the other. @returns each with the codes of its replies. */
export async function play(client: ControlClient, lines: readonly string[]): Promise<readonly string[]> {
  const told: string[] = [];
  for (const line of lines) {
    const codes = UPLOAD.test(line) ? await upload(client, line) : String((await client.ask(line)).code);
    told.push(`${line}: ${codes}`);
  }
  return told;
}
