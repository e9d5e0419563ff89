import { mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { ExistingCluster } from "./existing-cluster.ts";
import { claimStateFolder } from "./launcher-claim.ts";
import { startOidcProvider } from "./oidc/start-oidc-provider.ts";
import { startPostgres } from "./parts/postgres.ts";
import { apiProcess, type ProcessFacts } from "./platz-processes.ts";
import type { StackDescription } from "./stack-file.ts";
import { chooseStackPorts, type StackPorts } from "./stack-ports.ts";
import { StackRecord } from "./stack-record.ts";
import { startRemainder } from "./stack-remainder.ts";
import { StackRun } from "./stack-run.ts";
import { type StackSecrets, stackSecrets } from "./stack-secrets.ts";
import { defaultStateFolder, openStateFolder, postgresFolder, type StateFolder } from "./state-folder.ts";
import { waitUntil } from "./wait-until.ts";

export interface StackOptions {
  /** Told in lines of what takes long, of ports that changed, and of processes that ended. */
  readonly report: (line: string) => void;
  /** Where everything is kept; this checkout's own folder unless given. */
  readonly folder?: string;
  /** The ports that people know, where they are free, or any: for a stack that lives beside another. */
  readonly ports?: "known" | "any";
  /** Use this cluster instead of bringing one up. */
  readonly cluster?: ExistingCluster | undefined;
  /** Gives up starting. What had been started is stopped then. */
  readonly signal?: AbortSignal;
}

/** A local stack. Disposing stops every process of it, those that use others first. */
export interface Stack extends AsyncDisposable {
  /** As it is at this moment. */
  description(): StackDescription;
  /**
   * Resolves when registry, cluster and workers are up too. When one of them cannot be had it rejects with a sentence
   * about it, and the rest stays up.
   */
  readonly ready: Promise<StackDescription>;
}

/** Somebody else runs a stack with this state folder. */
export class StackRunning extends Error {
  override readonly name = "StackRunning";
  readonly pid: number;

  constructor(pid: number) {
    super(`A stack runs already (process ${pid}).`);
    this.pid = pid;
  }
}

/** The people who can sign in. */
export const usersFile = join(import.meta.dirname, "..", "..", ".dev", "oidc-users.json");

const INGRESS_DOMAIN = "apps.localtest";
const OIDC_CLIENT_ID = "platz-local";

/**
 * Brings up the local stack. Resolves as soon as API and sign-in answer; registry, cluster and workers follow (`ready`).
 * Throws `StackRunning`, and one sentence for what else can go wrong.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const state = openStateFolder(options.folder ?? defaultStateFolder);
  await using started = new AsyncDisposableStack();
  const claim = claimStateFolder(state.path);
  if ("heldBy" in claim) throw new StackRunning(claim.heldBy);
  started.use(claim);
  const ports = await chooseStackPorts(options.ports ?? "known", options.report);
  const secrets = await stackSecrets(state);
  const { cluster } = options;
  const description = firstDescription(state, ports, { secrets, cluster });
  keepLastLogs(description.logs);
  const record = started.use(new StackRecord(state.path, description));
  const run = started.use(new StackRun({ record, report: options.report, signal: options.signal }));
  const facts = (): ProcessFacts => ({
    description: record.description,
    apiPort: ports.api,
    sampleAppPort: ports.sampleApp,
    oidcClient: { id: OIDC_CLIENT_ID, secret: secrets.oidcClientSecret },
    encryptionKeys: secrets.encryptionKeys,
  });
  await startApi(run, { state, ports, secrets, facts });
  const ready = startRemainder(run, { state, ports, facts, cluster }).then(() => record.description);
  // Whoever does not ask is not disturbed.
  ready.catch(() => {});
  const owned = started.move();
  return { description: () => record.description, ready, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

interface ApiParts {
  readonly state: StateFolder;
  readonly ports: StackPorts;
  readonly secrets: StackSecrets;
  readonly facts: () => ProcessFacts;
}

async function startApi(run: StackRun, { state, ports, secrets, facts }: ApiParts): Promise<void> {
  const { logs, api } = run.record.description;
  const postgres = run.own(
    startPostgres({
      folder: postgresFolder(state.path),
      logFolder: logs,
      port: ports.postgres,
      password: secrets.databasePassword,
      report: run.report,
    }),
  );
  const oidc = run.own(
    startOidcProvider({
      port: ports.oidc,
      dir: state.subfolder("oidc"),
      usersFile,
      clientId: OIDC_CLIENT_ID,
      clientSecret: secrets.oidcClientSecret,
      redirectUris: [new URL("/auth/google/callback", api).href],
      onError: (error) => run.report(`OpenID provider: ${error.message}`),
    }),
  );
  const [database] = await Promise.all([postgres, oidc]);
  run.watch(database.children);
  const process = await run.keep({ ...apiProcess(facts()), logFolder: logs });
  const isReady = async () => (await fetch(new URL("/ready", api))).ok;
  await waitUntil("The API", isReady, { timeoutMs: 60_000, of: process.current() });
}

function firstDescription(
  state: StateFolder,
  ports: StackPorts,
  { secrets, cluster }: { secrets: StackSecrets; cluster: ExistingCluster | undefined },
): StackDescription {
  return {
    pid: process.pid,
    api: `http://localhost:${ports.api}`,
    oidc: `http://127.0.0.1:${ports.oidc}`,
    registry: `127.0.0.1:${ports.registry}`,
    database: `postgres://platz:${secrets.databasePassword}@127.0.0.1:${ports.postgres}/platz`,
    sampleApp: `http://127.0.0.1:${ports.sampleApp}`,
    ingressDomain: INGRESS_DOMAIN,
    kubeconfig: cluster?.kubeconfig ?? join(state.path, "cluster", "kubeconfig"),
    context: cluster?.context ?? "local",
    agentKubeconfig: join(state.path, "agent-kubeconfig"),
    helm: "",
    logs: join(state.path, "logs"),
    ready: false,
    processes: { launcher: process.pid },
  };
}

/** Logs begin anew at each start; those of the start before are kept beside them. */
function keepLastLogs(logs: string): void {
  rmSync(`${logs}.previous`, { recursive: true, force: true });
  mkdirSync(logs, { recursive: true, mode: 0o711 });
  renameSync(logs, `${logs}.previous`);
  mkdirSync(logs, { mode: 0o711 });
}
