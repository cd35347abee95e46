/** A path as reply 257 quotes it: in double quotes, with those in it doubled (RFC 959 Appendix II). */
export function quotePath(path: string): string {
  return `"${path.replaceAll('"', '""')}"`;
}
