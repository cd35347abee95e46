import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isHttpUrl } from './certificate.ts';
import { maxResponseBytes } from './response.ts';

const maxRedirects = 3;
const maxHeaderBytes = 8192;

/**
 * Asks a responder.
 * @returns what it answered, unread. @throws whatever went wrong, within the deadline of the signal.
 */
export type OcspFetch = (url: string, request: Buffer, signal: AbortSignal) => Promise<Buffer>;

/** Asks over HTTP (POST), following at most three redirections within http and https. @see RFC 6960 appendix A */
export const fetchResponse: OcspFetch = async (url, request, signal) => {
  let target = url;
  for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
    if (!isHttpUrl(target)) throw new Error(`'${target}' is no http or https address`);
    const answer = await post(target, request, signal);
    if (Buffer.isBuffer(answer)) return answer;
    target = URL.parse(answer.location, target)?.href ?? '';
  }
  throw new Error(`more than ${maxRedirects} redirections`);
};

function post(
  url: string,
  body: Buffer,
  signal: AbortSignal,
): Promise<Buffer | { readonly location: string }> {
  return new Promise((resolve, reject) => {
    const send = url.startsWith('https:') ? httpsRequest : httpRequest;
    const headers = { 'content-type': 'application/ocsp-request', 'content-length': body.length };
    // A connection is not kept: the next question comes in hours.
    const options = { method: 'POST', headers, signal, agent: false, maxHeaderSize: maxHeaderBytes };
    const request = send(url, options, (response) => {
      const { statusCode = 0 } = response;
      const { location } = response.headers;
      if (statusCode === 200) return void bodyOf(response).then(resolve, reject);
      response.destroy();
      if (statusCode >= 300 && statusCode < 400 && location !== undefined) resolve({ location });
      else reject(new Error(`the responder answered with HTTP status ${statusCode}`));
    });
    request.once('error', reject);
    request.end(body);
  });
}

async function bodyOf(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxResponseBytes) throw new Error(`the answer is longer than ${maxResponseBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
