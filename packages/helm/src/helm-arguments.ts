import type { CheckedRequest, HelmCommand } from "./helm-request.ts";

/** Where the files of a run are, relative to its directory, which is Helm's working directory. */
export const runFiles = {
  kubeconfig: "kubeconfig",
  chart: "chart.tgz",
  values: (index: number) => `values-${index}.yaml`,
} as const;

type RequestOf<C extends HelmCommand> = Extract<CheckedRequest, { command: C }>;
type Arguments = { readonly [C in HelmCommand]: (request: RequestOf<C>) => string[] };

/**
 * The command line of each command, without Helm itself. Names come after `--`, so that none is taken for a flag, and
 * `--debug` is never among the flags: it prints values and manifests.
 */
const commandLines: Arguments = {
  "upgrade-install": (request) => [
    "upgrade",
    "--install",
    // What somebody changed by hand gives way: what the database says is what is to be.
    "--server-side=true",
    "--force-conflicts",
    ...waiting(request),
    `--history-max=${request.historyMax}`,
    ...labels(request.labels),
    ...rendering(request),
    "--",
    request.release,
    runFiles.chart,
  ],
  uninstall: (request) => [
    "uninstall",
    ...waiting(request),
    ...(request.ignoreNotFound ? ["--ignore-not-found"] : []),
    `--namespace=${request.namespace}`,
    "--",
    request.release,
  ],
  template: (request) => [
    "template",
    ...(request.includeCrds ? ["--include-crds"] : []),
    ...rendering(request),
    "--",
    request.release,
    runFiles.chart,
  ],
  "get-metadata": ({ release, namespace }) => [
    "get",
    "metadata",
    `--namespace=${namespace}`,
    "--output=json",
    "--",
    release,
  ],
  history: ({ release, namespace, revisionsMax }) => [
    "history",
    `--namespace=${namespace}`,
    `--max=${revisionsMax}`,
    "--output=json",
    "--",
    release,
  ],
  version: () => ["version", "--template={{.Version}}"],
};

/** The commands whose standard output is an answer to be read whole, and not a log. */
export const readingCommands: ReadonlySet<HelmCommand> = new Set([
  "template",
  "get-metadata",
  "history",
  "version",
]);

export function helmArguments<C extends HelmCommand>(
  request: RequestOf<C> & { readonly command: C },
): string[] {
  return commandLines[request.command](request);
}

function waiting({ wait, timeoutMs }: Pick<RequestOf<"uninstall">, "wait" | "timeoutMs">): string[] {
  return [`--wait=${wait}`, `--timeout=${Math.ceil(timeoutMs / 1000)}s`];
}

function rendering({
  namespace,
  values,
  skipSchemaValidation,
}: Pick<RequestOf<"template">, "namespace" | "values" | "skipSchemaValidation">): string[] {
  return [
    `--namespace=${namespace}`,
    ...(skipSchemaValidation ? ["--skip-schema-validation"] : []),
    ...values.map((_, index) => `--values=${runFiles.values(index)}`),
  ];
}

function labels(all: Readonly<Record<string, string>>): string[] {
  const pairs = Object.entries(all).map(([name, value]) => `${name}=${value}`);
  return pairs.length === 0 ? [] : [`--labels=${pairs.join(",")}`];
}
