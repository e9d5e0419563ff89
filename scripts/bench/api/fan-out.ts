import { connect } from "node:net";
import { createInterface } from "node:readline";
import postgres from "postgres";
import { type Figure, ms, percentile } from "../figures.ts";
import { query } from "./load.ts";

const SUBSCRIBERS = 1000;
const CHANGES = 200;
const EVERY_MS = 50;

/** How soon and how often changes reach many who follow them all. */
export async function measureFanOut(
  origin: string,
  tokens: readonly string[],
  database: string,
): Promise<Figure[]> {
  const written = new Map<string, number>();
  const delays: number[] = [];
  const ready = Array.from({ length: SUBSCRIBERS }, () => Promise.withResolvers<void>());
  const url = new URL(`/trpc/${query("events.changes", { tables: ["envs"] })}`, origin);
  const follow = (token: string | undefined, isReady: () => void) => {
    // Sockets of our own: `fetch` opens no more than 256 connections at a time.
    const socket = connect(Number(url.port), url.hostname, () => {
      socket.write(
        `GET ${url.pathname}${url.search} HTTP/1.1\r\nhost: ${url.host}\r\nauthorization: Bearer ${token}\r\naccept: text/event-stream\r\n\r\n`,
      );
    });
    createInterface({ input: socket }).on("line", (line) => {
      if (line.includes('"type":"ready"')) isReady();
      const at = written.get(/"type":"change".*"id":"([^"]+)"/.exec(line)?.[1] ?? "");
      if (at !== undefined) delays.push(performance.now() - at);
    });
    return socket;
  };
  const sockets = ready.map(({ resolve }, index) => follow(tokens[index % tokens.length], resolve));
  await Promise.all(ready.map(({ promise }) => promise));
  const sql = postgres(database, { max: 1 });
  const started = performance.now();
  for (let i = 0; i < CHANGES; i += 1) {
    const id = crypto.randomUUID();
    written.set(id, performance.now());
    await sql`insert into envs (id, name) values (${id}, ${`fan-out-${id}`})`;
    await Bun.sleep(Math.max(started + (i + 1) * EVERY_MS - performance.now(), 0));
  }
  const deadline = performance.now() + 30_000;
  while (delays.length < SUBSCRIBERS * CHANGES && performance.now() < deadline) await Bun.sleep(20);
  const seconds = (performance.now() - started) / 1000;
  for (const socket of sockets) socket.destroy();
  await sql.end();
  const name = `${CHANGES} changes to ${SUBSCRIBERS} subscribers`;
  return [
    { name: `${name}: delivered`, value: `${delays.length} of ${SUBSCRIBERS * CHANGES}` },
    { name: `${name}: deliveries`, value: `${Math.round(delays.length / seconds)}/s` },
    { name: `${name}: delay p50`, value: ms(percentile(delays, 0.5)) },
    { name: `${name}: delay p95`, value: ms(percentile(delays, 0.95)) },
  ];
}
