/** `npm start`: the whole of Platz on this machine, until it is stopped. */
import { shutdownSignal } from "@platz/worker";
import { Command } from "commander";
import { existingCluster } from "./local-stack/existing-cluster.ts";
import { resetState } from "./local-stack/reset-state.ts";
import { StackRunning, startStack } from "./local-stack/stack.ts";
import { runningStack } from "./local-stack/stack-file.ts";
import { stackTable } from "./local-stack/stack-table.ts";
import { defaultStateFolder } from "./local-stack/state-folder.ts";
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

async function main(options: Options): Promise<number> {
  const report = options.json ? () => {} : (line: string) => console.error(line);
  const cluster = await existingCluster(options);
  const running = runningStack();
  if (running !== undefined) {
    if (options.json) console.log(JSON.stringify(running));
    console.error(`A stack runs already (process ${running.pid}):\n${stackTable(running)}`);
    return 1;
  }
  if (options.reset) await resetState(defaultStateFolder);
  // A terminal that is closed is a request to stop like any other.
  process.once("SIGHUP", () => process.kill(process.pid, "SIGTERM"));
  const stop = new AbortController();
  const stopped = shutdownSignal().then((signal) => {
    stop.abort(new Error("stopped"));
    return signal;
  });
  const started = performance.now();
  const seconds = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;
  await using stack = await startStack({ report, cluster, signal: stop.signal });
  report(`API and sign-in answer after ${seconds()}: ${stack.description().api}; the cluster follows.`);
  const ready = stack.ready.then(
    (description) => {
      report(`\nEverything is up after ${seconds()}.\n${stackTable(description)}\n\nCtrl-C stops it.`);
      if (options.json) console.log(JSON.stringify(description));
    },
    (error: unknown) => {
      if (!stop.signal.aborted) console.error(error instanceof Error ? error.message : String(error));
    },
  );
  const signal = await stopped;
  report(`\nstopping (${signal})`);
  await Promise.race([ready, stopped]);
  return signal === "SIGINT" ? 130 : 0;
}

try {
  process.exitCode = await main(command.parse(process.argv).opts<Options>());
} catch (error) {
  if (error instanceof UsageError || error instanceof StackRunning) {
    console.error(error.message);
    process.exitCode = 2;
  } else {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
process.exit();
