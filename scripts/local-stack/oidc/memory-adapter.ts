interface Payload {
  readonly grantId?: string;
  readonly uid?: string;
  consumed?: number;
}

/**
 * Where the provider keeps its sessions and codes: in memory, until they expire. Whoever restarts it signs in again,
 * which is all that is lost.
 */
export function createMemoryAdapter(now: () => number = Date.now) {
  const rows = new Map<string, { readonly payload: Payload; readonly expiresAt: number }>();
  const read = (key: string) => {
    const row = rows.get(key);
    if (row === undefined || row.expiresAt > now()) return row?.payload;
    rows.delete(key);
    return undefined;
  };

  return (model: string) => ({
    async upsert(id: string, payload: Payload, expiresIn?: number) {
      const expiresAt = expiresIn === undefined ? Number.POSITIVE_INFINITY : now() + expiresIn * 1000;
      rows.set(`${model}:${id}`, { payload, expiresAt });
      for (const key of rows.keys()) read(key);
    },
    async find(id: string) {
      return read(`${model}:${id}`);
    },
    async findByUid(uid: string) {
      for (const key of rows.keys()) {
        const payload = read(key);
        if (key.startsWith(`${model}:`) && payload?.uid === uid) return payload;
      }
      return undefined;
    },
    async findByUserCode() {
      return undefined;
    },
    async consume(id: string) {
      const payload = read(`${model}:${id}`);
      if (payload !== undefined) payload.consumed = Math.floor(now() / 1000);
    },
    async destroy(id: string) {
      rows.delete(`${model}:${id}`);
    },
    async revokeByGrantId(grantId: string) {
      for (const [key, { payload }] of rows) if (payload.grantId === grantId) rows.delete(key);
    },
  });
}
