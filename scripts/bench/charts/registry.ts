import { type TestRepository, testRepository } from "@platz/chart-discovery/testing";
import { createTestDatabase } from "@platz/db/testing";
import { cpuSeconds, type Figure } from "../figures.ts";
import { startWorker } from "../worker-process.ts";
import { fillRepository, untilRecorded } from "./chart-store.ts";

const TAGS = 1000;
const UNCHANGED_S = 60;

/** A registry with 1,000 tags: its first scan, and what it costs while nothing changes. */
export async function benchRegistry(): Promise<Figure[]> {
  await using db = await createTestDatabase();
  const repository = testRepository();
  await fillRepository(repository, TAGS);
  await using registry = countingRegistry(repository);
  const settings = { DATABASE_URL: db.url, PLATZ_OCI_REGISTRY_URL: registry.url };
  await using discovery = startWorker("chart-discovery", settings);
  const seconds = await untilRecorded(db, TAGS + 1);
  const first = registry.take();
  const firstPeak = discovery.peakMiB();
  // A new process does not know yet how old the tags are that it has just recorded.
  await Bun.sleep(15_000);
  registry.take();
  const cpuBefore = (await cpuSeconds(discovery.pid)) ?? 0;
  await Bun.sleep(UNCHANGED_S * 1000);
  const cpu = ((await cpuSeconds(discovery.pid)) ?? 0) - cpuBefore;
  const unchanged = registry.take();
  return [
    {
      name: `OCI, first scan of ${TAGS} tags, from the start of the process`,
      value: `${seconds.toFixed(1)} s, ${requestsOf(first)}, ${firstPeak} MiB`,
    },
    {
      name: `OCI, ${TAGS} tags unchanged for a minute, looked through every 5 s`,
      value: `${requestsOf(unchanged)}, ${cpu.toFixed(2)} s of CPU, ${discovery.peakMiB()} MiB`,
    },
  ];
}

const requestsOf = (methods: readonly string[]) =>
  `${methods.length} requests (${methods.filter((method) => method === "HEAD").length} of them HEAD)`;

/** The registry of the run with this one repository in it, counting what is asked. */
function countingRegistry({ domain, repository }: TestRepository) {
  let methods: string[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 0,
    fetch({ method, url, headers }) {
      methods.push(method);
      const { pathname, search } = new URL(url);
      if (pathname === "/v2/_catalog") return Response.json({ repositories: [repository] });
      const accept = headers.get("accept") ?? "*/*";
      return fetch(`http://${domain}${pathname}${search}`, { method, headers: { accept } });
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    /** The methods of the requests since this was asked last. */
    take() {
      const taken = methods;
      methods = [];
      return taken;
    },
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}
