/** The sessions that this process keeps: bounded, the least recently used out first. */
export interface NearSessions {
  get(id: Uint8Array): Buffer | undefined;
  set(id: Uint8Array, der: Uint8Array, endMs: number): void;
  delete(id: Uint8Array): void;
}

export function createNearSessions(maxSessions: number, now: () => number): NearSessions {
  const sessions = new Map<string, { readonly der: Buffer; readonly endMs: number }>();
  return {
    get(id) {
      const name = nameOf(id);
      const session = sessions.get(name);
      if (session === undefined) return undefined;
      sessions.delete(name);
      if (session.endMs <= now()) return undefined;
      sessions.set(name, session);
      return session.der;
    },
    set(id, der, endMs) {
      if (maxSessions === 0) return;
      const name = nameOf(id);
      sessions.delete(name);
      sessions.set(name, { der: Buffer.from(der), endMs });
      if (sessions.size > maxSessions)
        for (const oldest of sessions.keys()) return void sessions.delete(oldest);
    },
    delete(id) {
      sessions.delete(nameOf(id));
    },
  };
}

function nameOf(id: Uint8Array): string {
  return Buffer.from(id.buffer, id.byteOffset, id.length).toString('latin1');
}
