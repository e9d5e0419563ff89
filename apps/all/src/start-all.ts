import { startApi } from "@platz/api-app";
import { startChartDiscovery } from "@platz/chart-discovery";
import { databaseTarget } from "@platz/config";
import { openDatabase } from "@platz/db";
import { startAgent } from "@platz/k8s-agent";
import { openSandbox } from "@platz/sandbox/process";
import { startStatusUpdates } from "@platz/status-updates";
import type { Logger } from "@platz/telemetry";
import type { AllSettings } from "./settings.ts";

export interface RunningAll extends AsyncDisposable {
  /** Port of the API. */
  readonly port: number;
}

/** The API and the three workers in one process, with one pool: for a laptop or a small installation. */
export async function startAll(
  settings: AllSettings,
  { log, stopping }: { readonly log: Logger; readonly stopping: AbortSignal },
): Promise<RunningAll> {
  const { url, options } = databaseTarget(settings);
  await using started = new AsyncDisposableStack();
  const db = started.use(openDatabase(url, { ...options, applicationName: "platz-all" }));
  const sandbox = started.use(openSandbox());
  const api = started.use(
    await startApi(settings, { log: log.child({ part: "api" }), db, sandbox, asked: stopping }),
  );
  // The workers wait for the schema, which the API brings up to date.
  const workers = await Promise.all([
    startAgent(settings, { log: log.child({ part: "k8s-agent" }), db, sandbox, stopping }),
    startChartDiscovery(settings, { log: log.child({ part: "chart-discovery" }), db, sandbox }),
    startStatusUpdates(settings, { log: log.child({ part: "status-updates" }), db }),
  ]);
  for (const worker of workers) started.use(worker);
  const running = started.move();
  return { port: api.port, [Symbol.asyncDispose]: () => running.disposeAsync() };
}
