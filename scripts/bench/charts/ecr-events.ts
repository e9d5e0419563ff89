import { createEcrWorld, ecrEvent, REGION } from "@platz/chart-discovery/testing";
import { createTestDatabase } from "@platz/db/testing";
import { cpuSeconds, type Figure } from "../figures.ts";
import { startWorker } from "../worker-process.ts";
import { fillRepository, untilRecorded } from "./chart-store.ts";

const CHARTS = 1000;
const EVENTS = 10_000;
/** Account ids are never all zeros, except that of the queue's server. */
const ACCOUNT = "111122223333";

/** A queue of events of ECR of charts that are known, with a poisoned one among them, worked off by a new process. */
export async function benchEcrEvents(): Promise<Figure[]> {
  await using db = await createTestDatabase();
  await using world = await createEcrWorld();
  const repository = world.createRepository();
  const charts = await fillRepository(repository, CHARTS);
  const queue = await world.createQueue({ deadLettersAfter: 3 });
  const settings = {
    ...Object.fromEntries(
      Object.entries(process.env).flatMap(([name, value]) =>
        name.startsWith("AWS_") && value !== undefined ? [[name, value]] : [],
      ),
    ),
    DATABASE_URL: db.url,
    PLATZ_ECR_EVENTS_QUEUE: queue.name,
    PLATZ_ECR_EVENTS_REGION: REGION,
    PLATZ_ECR_ACCOUNTS: ACCOUNT,
  };
  const figures: Figure[] = [];
  {
    await using discovery = startWorker("chart-discovery", settings);
    // One more is the chart that the others were made of.
    const seconds = await untilRecorded(db, CHARTS + 1);
    figures.push({
      name: `ECR, first look at ${CHARTS} charts, from the start of the process`,
      value: `${seconds.toFixed(1)} s, ${discovery.peakMiB()} MiB`,
    });
  }
  const poisonAt = EVENTS / 2;
  for (let index = 0; index < EVENTS; index += 1) {
    const chart = charts[index % charts.length];
    if (chart === undefined) throw new Error("there are no charts");
    await queue.send(index === poisonAt ? "poison" : ecrEvent(repository.repository, chart));
  }
  await using discovery = startWorker("chart-discovery", settings);
  const depth = () => queue.depth();
  while ((await depth()) >= EVENTS) await Bun.sleep(10);
  const begun = performance.now();
  const cpuBefore = (await cpuSeconds(discovery.pid)) ?? 0;
  // The poisoned one becomes a dead letter at its fourth receipt, which this server gives at the end of a long poll.
  while ((await depth()) > 1) await Bun.sleep(20);
  const seconds = (performance.now() - begun) / 1000;
  const cpu = ((await cpuSeconds(discovery.pid)) ?? 0) - cpuBefore;
  const peak = discovery.peakMiB();
  while ((await depth()) > 0) await Bun.sleep(500);
  const dead = await queue.deadLetters();
  return [
    ...figures,
    {
      name: `${EVENTS} events of ${CHARTS} charts that are known, one poisoned`,
      value: `${Math.round(EVENTS / seconds)}/s (${seconds.toFixed(1)} s, ${cpu.toFixed(1)} s of CPU, ${peak} MiB)`,
    },
    { name: "dead letters afterwards", value: String(dead.length) },
  ];
}
