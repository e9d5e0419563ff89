import { AuditEntry, AuditFilter, Invalid } from "@platz/domain";
import { exportAudit, getAuditHead, type ServiceContext } from "@platz/services";
import { stringify } from "csv-stringify/sync";
import { Elysia } from "elysia";

export interface AuditExportOptions {
  /** Who asks, with the rights that they have now. Throws when nobody does, or may not. */
  authenticate(request: Request): Promise<ServiceContext>;
}

type Row = (entry: AuditEntry) => string;

const columns = Object.keys(AuditEntry.shape) as (keyof typeof AuditEntry.shape)[];

/** What an entry becomes in each format that can be asked for. */
const formats: Readonly<Record<string, { readonly type: string; readonly head: string; readonly row: Row }>> =
  {
    jsonl: {
      type: "application/jsonl",
      head: "",
      row: (entry) => `${JSON.stringify(entry)}\n`,
    },
    csv: {
      type: "text/csv; charset=utf-8",
      head: `${columns.join(",")}\n`,
      row: (entry) => stringify([columns.map((name) => cell(entry[name]))], { escape_formulas: true }),
    },
  };

/**
 * `GET /audit/export?format=jsonl|csv`, with the filters of `audit.list`: the whole log as a stream, newest first. It
 * breaks off when the credential or the right of whoever reads it ends. The header `x-platz-audit-head` says how far the log is
 * chained.
 */
export function auditExportRoutes({ authenticate }: AuditExportOptions) {
  return new Elysia().get("/audit/export", async ({ request }) => {
    const { format: name = "jsonl", ...given } = Object.fromEntries(new URL(request.url).searchParams);
    const format = Object.hasOwn(formats, name) ? formats[name] : undefined;
    if (format === undefined) throw refused([{ path: ["format"], message: "must be jsonl or csv" }]);
    const filter = AuditFilter.safeParse(given);
    if (!filter.success) {
      throw refused(filter.error.issues.map(({ path, message }) => ({ path: path.map(String), message })));
    }
    // Who may not is told so, before the answer begins.
    const { position, hash } = await getAuditHead(await authenticate(request));
    const entries = exportAudit(() => authenticate(request), filter.data);
    return new Response(streamOf(entries, format), {
      headers: {
        "content-type": format.type,
        "content-disposition": `attachment; filename="platz-audit.${name}"`,
        "x-platz-audit-head": `${position}:${hash}`,
      },
    });
  });
}

function refused(issues: ConstructorParameters<typeof Invalid>[1]): Invalid {
  return Invalid.fields("The export", issues ?? []);
}

/** Entries are read as the reader takes them: an export of years costs no memory. */
function streamOf(
  entries: AsyncGenerator<AuditEntry, void>,
  { head, row }: { readonly head: string; readonly row: Row },
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    start: (controller) => {
      if (head !== "") controller.enqueue(encoder.encode(head));
    },
    async pull(controller) {
      const { value, done } = await entries.next();
      if (done || value === undefined) controller.close();
      else controller.enqueue(encoder.encode(row(value)));
    },
    cancel: async () => void (await entries.return()),
  });
}

function cell(value: AuditEntry[keyof AuditEntry]): string {
  if (value === null) return "";
  if (value instanceof Date) return value.toISOString();
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
