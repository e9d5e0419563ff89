import { eventually } from "../demo/play.ts";
import { runningStack, type StackDescription } from "../local-stack/stack-file.ts";
import { createBenchWorld } from "./bench-world.ts";
import type { Figure } from "./figures.ts";
import { measureClaims, measureDemo, measureInstalls, measureMemory } from "./measure.ts";

const top = new URL("../..", import.meta.url).pathname;

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

/** The whole stack: its start, its memory, the main job, claims and installs. Uses the running one if there is one. */
export async function benchStack(): Promise<Figure[]> {
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
  return figures;
}
