/**
 * `npm run demo`: plays the main job on the running stack, or on one that it brings up for itself, and says how each
 * step went and how long it took. Ends with 1 when a step failed.
 */

import { playMainJob } from "./demo/main-job.ts";
import { createPlay, eventually, type PlayedStep, StepFailed } from "./demo/play.ts";
import { startStack } from "./local-stack/stack.ts";
import { runningStack, type StackDescription } from "./local-stack/stack-file.ts";

const started = performance.now();
const seconds = () => ((performance.now() - started) / 1000).toFixed(1);

function tell({ title, seconds, detail }: PlayedStep): void {
  console.log(
    `✓ ${title.padEnd(62)} ${seconds.toFixed(2).padStart(6)} s${detail === "" ? "" : `   ${detail}`}`,
  );
}

async function main(): Promise<number> {
  await using own =
    runningStack() === undefined ? await startStack({ report: (line) => console.error(line) }) : undefined;
  const stack = own === undefined ? await runningAndReady() : await own.ready;
  const play = createPlay(tell);
  if (own !== undefined) console.log(`  the stack is up${" ".repeat(48)} ${seconds().padStart(5)} s`);
  try {
    await playMainJob(stack, play);
    console.log(`demo: ${play.played.length} steps passed in ${seconds()} s`);
    return 0;
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    console.log(`✗ ${error.step}`);
    console.log(
      `demo: step ${play.played.length + 1} (${error.step}) failed after ${seconds()} s: ${error.message}`,
    );
    return 1;
  }
}

/** The stack that runs, once registry, cluster and workers are up too. */
function runningAndReady(): Promise<StackDescription> {
  const ready = async () => {
    const stack = runningStack();
    if (stack === undefined) throw new Error("the stack has ended");
    return stack.ready ? stack : undefined;
  };
  return eventually("The running stack", ready, { timeoutMs: 1_200_000 });
}

process.exit(await main());
