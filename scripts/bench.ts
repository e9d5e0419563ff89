/**
 * `npm run bench`: brings up a stack of its own, or uses the running one, and prints figures with the machine that
 * they come from. Not timed tests: nothing fails because it is slow.
 */
import { cpus, totalmem } from "node:os";
import { createBenchWorld } from "./bench/bench-world.ts";
import { type Figure, table } from "./bench/figures.ts";
import { measureClaims, measureDemo, measureInstalls, measureMemory } from "./bench/measure.ts";
import { eventually } from "./demo/play.ts";
import { runningStack, type StackDescription } from "./local-stack/stack-file.ts";

const top = new URL("..", import.meta.url).pathname;

interface BenchStack extends AsyncDisposable {
  readonly stack: StackDescription;
  readonly figures: readonly Figure[];
}

/** Starts `npm start` as a person would, and times it to the first answers. */
async function startedStack(): Promise<BenchStack> {
  const started = performance.now();
  const since = () => `${((performance.now() - started) / 1000).toFixed(2)} s`;
  const child = Bun.spawn(["npm", "start", "--", "--json"], {
    cwd: top,
    stdout: "ignore",
    stderr: "inherit",
  });
  const answers = async () => {
    const stack = runningStack();
    if (stack === undefined) return undefined;
    const response = await fetch(`${stack.api}/ready`).catch(() => undefined);
    return response?.ok ? stack : undefined;
  };
  await eventually("The API", answers, { timeoutMs: 120_000 });
  const toApi = since();
  const all = async () => {
    const stack = runningStack();
    return stack?.ready ? stack : undefined;
  };
  const stack = await eventually("The whole stack", all, { timeoutMs: 900_000 });
  const figures = [
    { name: "`npm start`, warm, to the API being ready", value: toApi },
    { name: "`npm start`, warm, to everything being ready", value: since() },
  ];
  return {
    stack,
    figures,
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGTERM");
      await child.exited;
    },
  };
}

async function main(): Promise<void> {
  const running = runningStack();
  await using own = running === undefined ? await startedStack() : undefined;
  const stack = own?.stack ?? running;
  if (stack === undefined) throw new Error("the stack ended");
  // Processes that have just started are not at rest yet.
  await Bun.sleep(10_000);
  const figures: Figure[] = [
    ...(own?.figures ?? []),
    ...(await measureMemory(stack)),
    ...(await measureDemo(stack)),
  ];
  const world = await createBenchWorld(stack);
  try {
    figures.push(...(await measureClaims(stack, world)), ...(await measureInstalls(stack, world)));
  } finally {
    await world.clear();
  }
  const [cpu] = cpus();
  console.log(
    `On ${cpus().length} × ${cpu?.model.trim()}, ${Math.round(totalmem() / 1024 ** 3)} GiB, Bun ${Bun.version}:\n`,
  );
  console.log(table(figures));
}

await main();
process.exit(0);
