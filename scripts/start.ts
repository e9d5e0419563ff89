/** `npm start`: the whole of Platz on this machine, until it is stopped. */
import { shutdownSignal } from "@platz/worker";
import { Command } from "commander";
import { existingCluster } from "./local-stack/existing-cluster.ts";
import { claimStateFolder } from "./local-stack/launcher-claim.ts";
import { resetState } from "./local-stack/reset-state.ts";
import { StackRunning, startStack } from "./local-stack/stack.ts";
import { runningStack } from "./local-stack/stack-file.ts";
import { stackTable } from "./local-stack/stack-table.ts";
import { defaultStateFolder, openStateFolder } from "./local-stack/state-folder.ts";
import { UsageError } from "./local-stack/usage-error.ts";

interface Options {
  readonly json?: boolean;
  readonly reset?: boolean;
  readonly kubeconfig?: string;
  readonly context?: string;
}

const command = new Command("npm start --")
  .description(
    "Brings up PostgreSQL, an OpenID provider, an OCI registry with sample charts, a Kubernetes control plane, the API, " +
      "the workers and the sample application, says where they are, and keeps them up until it is stopped.",
  )
  .option("--json", "print one line of JSON when everything is ready, and nothing else")
  .option("--reset", "clear all state of the local stack first")
  .option("--kubeconfig <file>", "use an existing cluster instead of bringing one up")
  .option("--context <name>", "the context of that kubeconfig")
  .allowExcessArguments(false);

const started = performance.now();
const seconds = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;

async function main(options: Options): Promise<number> {
  const report = options.json ? () => {} : (line: string) => console.error(line);
  const cluster = await existingCluster(options);
  if (options.reset) await resetUnused(defaultStateFolder);
  // A terminal that is closed is a request to stop like any other.
  process.once("SIGHUP", () => process.kill(process.pid, "SIGTERM"));
  const stop = new AbortController();
  const stopped = shutdownSignal().then((signal) => {
    stop.abort(new Error("stopped"));
    return signal === "SIGINT" ? 130 : 0;
  });
  try {
    await using stack = await startStack({ report, cluster, signal: stop.signal });
    report(`API and sign-in answer after ${seconds()}: ${stack.description().api}; the cluster follows.`);
    const ready = stack.ready.then(
      (description) => {
        report(`\nEverything is up after ${seconds()}.\n${stackTable(description)}\n\nCtrl-C stops it.`);
        if (options.json) console.log(JSON.stringify(description));
        return stopped;
      },
      (error: unknown) => {
        if (stop.signal.aborted) return stopped;
        console.error(error instanceof Error ? error.message : String(error));
        // A program waits for its line in vain; a person still has an API to work with.
        return options.json ? 1 : stopped;
      },
    );
    const status = await Promise.race([stopped, ready]);
    report("\nstopping");
    return status;
  } catch (error) {
    if (stop.signal.aborted) return await stopped;
    throw error;
  }
}

/** Clears the state of a stack that nobody runs, or is bringing up. */
async function resetUnused(folder: string): Promise<void> {
  const claim = claimStateFolder(openStateFolder(folder).path);
  if ("heldBy" in claim) throw new StackRunning(claim.heldBy);
  claim[Symbol.dispose]();
  await resetState(folder);
}

/** Says that a stack runs already, and where; gives the exit status. */
function tellOfRunning(error: StackRunning, options: Options): number {
  const running = runningStack();
  if (running === undefined) {
    console.error(error.message);
  } else {
    if (options.json) console.log(JSON.stringify(running));
    console.error(`A stack runs already (process ${running.pid}):\n${stackTable(running)}`);
  }
  return 1;
}

const options = command.parse(process.argv).opts<Options>();
const status = await main(options).catch((error: unknown) => {
  if (error instanceof StackRunning) return tellOfRunning(error, options);
  console.error(error instanceof Error ? error.message : error);
  return error instanceof UsageError ? 2 : 1;
});
process.exit(status);
