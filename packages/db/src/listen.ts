import { z } from "zod";
import type { Database } from "./open-database.ts";

/** That a row changed, and which. Whoever needs to know how reads it. */
export const RowChange = z.object({
  table: z.string(),
  operation: z.enum(["INSERT", "UPDATE", "DELETE"]),
  id: z.string(),
});
export type RowChange = z.output<typeof RowChange>;

export interface ChangeListener {
  /** One row changed. */
  onChange(change: RowChange): void;
  /** Changes may have been missed: on start, and after every lost connection. Look at everything once. */
  onResync(): void;
}

/**
 * Follows the change feed until disposed, reconnecting by itself. A notification that this program cannot read
 * (of a newer version, say) is passed over: it was only a hint.
 */
export async function listen(db: Database, listener: ChangeListener): Promise<AsyncDisposable> {
  const { unlisten } = await db.$client.listen(
    "platz_changes",
    (payload) => {
      const change = parseChange(payload);
      if (change !== undefined) listener.onChange(change);
    },
    () => listener.onResync(),
  );
  return { [Symbol.asyncDispose]: unlisten };
}

function parseChange(payload: string): RowChange | undefined {
  try {
    return RowChange.safeParse(JSON.parse(payload)).data;
  } catch {
    return undefined;
  }
}
