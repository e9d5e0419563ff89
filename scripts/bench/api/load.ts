import { percentile } from "../figures.ts";

/** A request that is made over and over. */
export interface Request {
  readonly name: string;
  /** Below `/trpc/`, with its query. */
  readonly path: string;
  readonly token: string;
}

export interface Load {
  readonly perSecond: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

const WARM_UP_MS = 1500;
const MEASURED_MS = 5000;

/** The path of a query of tRPC. */
export function query(procedure: string, input?: object): string {
  return input === undefined ? procedure : `${procedure}?input=${encodeURIComponent(JSON.stringify(input))}`;
}

/** The path of several queries in one request. */
export function batch(queries: readonly (readonly [procedure: string, input: object])[]): string {
  const inputs = Object.fromEntries(queries.map(([, input], index) => [index, input]));
  const names = queries.map(([name]) => name).join(",");
  return `${names}?batch=1&input=${encodeURIComponent(JSON.stringify(inputs))}`;
}

/** Makes a request from so many clients at once, each as soon as it has its answer. Throws when one is not answered well. */
export async function load(origin: string, { path, token }: Request, clients: number): Promise<Load> {
  const latencies: number[] = [];
  const started = performance.now();
  const from = started + WARM_UP_MS;
  const until = from + MEASURED_MS;
  const client = async () => {
    while (performance.now() < until) {
      const begun = performance.now();
      const response = await fetch(`${origin}/trpc/${path}`, {
        headers: { authorization: `Bearer ${token}` },
      });
      const body = await response.text();
      if (!response.ok) throw new Error(`${path}: ${response.status} ${body.slice(0, 300)}`);
      if (begun >= from) latencies.push(performance.now() - begun);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return {
    perSecond: (latencies.length / MEASURED_MS) * 1000,
    p50: percentile(latencies, 0.5),
    p95: percentile(latencies, 0.95),
    p99: percentile(latencies, 0.99),
  };
}
