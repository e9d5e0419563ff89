import { type Database, listen } from "@platz/db";
import { reparseTags } from "@platz/services";
import type { Logger } from "@platz/telemetry";
import { after, backoff, KeyedQueue } from "@platz/worker";

const EVERYTHING = "all charts";
/** A chart that was being recorded while a format came may have been read without it. */
const AGAIN_MS = 3_600_000;

/** Reads the tags of recorded charts anew whenever the tag formats change, and once after a start, until disposed. */
export function followTagFormats({ db, log }: { readonly db: Database; readonly log: Logger }) {
  const parts = new AsyncDisposableStack();
  const queue = parts.use(
    new KeyedQueue<typeof EVERYTHING>(
      {
        name: "tag formats",
        async reconcile(_, signal) {
          const changed = await reparseTags({ db, log }, signal);
          if (changed > 0) log.info({ charts: changed }, "tags of charts were read anew");
          return after(AGAIN_MS);
        },
      },
      {
        concurrency: 1,
        backoffMs: (failures) => backoff(failures, { firstMs: 500, maxMs: 60_000 }),
        onError: (_, error) => log.warn({ error }, "tags of charts cannot be read anew; trying again"),
      },
    ),
  );
  parts.use(
    listen(db, {
      onChange: ({ table }) => {
        if (table === "helm_tag_formats") queue.add(EVERYTHING);
      },
      onResync: () => queue.add(EVERYTHING),
    }),
  );
  return parts;
}
