import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Something that nobody must ask: a server that notes who does, and files that refuse every value when they are read. */
export interface Canary extends AsyncDisposable {
  readonly url: string;
  /** A file with a schema that no value fits, and one that holds such a schema at `/defs/a`. */
  readonly files: { readonly schema: string; readonly parts: string };
  /** What was asked for since the last time. */
  asked(): string[];
}

export async function openCanary(): Promise<Canary> {
  const folder = await mkdtemp(join(tmpdir(), "platz-canary-"));
  const files = { schema: join(folder, "schema.json"), parts: join(folder, "parts.json") };
  await writeFile(files.schema, '{"not": {}}');
  await writeFile(files.parts, '{"defs": {"a": {"not": {}}}}');
  let asked: string[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch({ method, url }) {
      asked.push(`${method} ${url}`);
      const { pathname } = new URL(url);
      if (pathname === "/redirect") return Response.redirect(`${url}-target`);
      if (pathname === "/to-file") return Response.redirect(`file://${files.schema}`);
      return Response.json({ not: {} });
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    files,
    asked() {
      const all = asked;
      asked = [];
      return all;
    },
    async [Symbol.asyncDispose]() {
      await server.stop(true);
      await rm(folder, { recursive: true });
    },
  };
}
