import { NothingChanged } from "@platz/domain";
import { failSpan, inSpan, noteOnSpan } from "@platz/telemetry";
import { answerPipe } from "./answer-pipe.ts";
import { checkRequest } from "./check-request.ts";
import { failureReason } from "./failure-reason.ts";
import { helmArguments, readingCommands, runFiles } from "./helm-arguments.ts";
import { helmEnvironment } from "./helm-environment.ts";
import type { CheckedRequest } from "./helm-request.ts";
import type { HelmResult, HelmRunner, RunOptions } from "./helm-runner.ts";
import { isOutOfMemory, MEMORY_BYTES, outOfMemory, withinMemory } from "./memory-limit.ts";
import { openPrivateDirectory, type PrivateDirectory } from "./private-directory.ts";
import { redactor } from "./redaction/redactor.ts";
import { runOutput } from "./run-output.ts";
import { runProcess } from "./run-process.ts";

export interface ChildProcessRunnerOptions {
  readonly helmPath: string;
  /** Where private directories are made: on a disk of this machine, for this user alone. */
  readonly privateRoot: string;
  /** Between asking Helm to stop and killing it. Default 10 s. */
  readonly graceMs?: number;
  /** util-linux's `setpriv`, with which Helm dies when this process does, even by SIGKILL. Linux only. */
  readonly setprivPath?: string | undefined;
  /** What one run may take, in bytes. */
  readonly memoryBytes?: number;
  /** util-linux's `prlimit`, by which Helm cannot even ask for much more. Without it memory is only looked at. */
  readonly prlimitPath?: string | undefined;
  /** More environment, such as a proxy's. What the runner sets itself wins. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs the helm binary as a child process of this one. */
export function childProcessRunner(options: ChildProcessRunnerOptions): HelmRunner {
  return {
    // What ran here died with whoever ran it.
    resume: async () => undefined,

    async run(unchecked, run = {}) {
      const request = checkRequest(unchecked);
      if (run.signal?.aborted || run.killSignal?.aborted) return cancelledBeforeStart;
      await using directory = await prepare(options.privateRoot, request);
      const attributes = { "helm.command": request.command };
      return await inSpan(`helm ${request.command}`, { attributes }, async () => {
        const prepared = { request, run, directory: directory.path };
        const result = await runHelm(options, prepared);
        if (result.exit !== 0) failSpan(result.cancelled ? "cancelled" : "helm failed");
        noteOnSpan({ "process.exit.code": result.exit ?? -1, "helm.cancelled": result.cancelled });
        return result;
      });
    },
  };
}

const cancelledBeforeStart: HelmResult = {
  exit: null,
  cancelled: true,
  answer: "",
  failure: "Helm was not started, because the run was cancelled before.",
};

interface PreparedRun {
  readonly request: CheckedRequest;
  readonly run: RunOptions;
  readonly directory: string;
}

async function prepare(root: string, request: CheckedRequest): Promise<PrivateDirectory> {
  try {
    await using stack = new AsyncDisposableStack();
    const directory = stack.use(await openPrivateDirectory(root));
    if ("kubeconfig" in request) await directory.write(runFiles.kubeconfig, request.kubeconfig);
    if ("chartArchive" in request) {
      await directory.write(runFiles.chart, request.chartArchive);
      for (const [index, document] of request.values.entries()) {
        await directory.write(runFiles.values(index), document);
      }
    }
    stack.move();
    return directory;
  } catch (cause) {
    throw new NothingChanged(
      "Helm was not started, because its files could not be written to the agent's disk.",
      {
        cause,
      },
    );
  }
}

async function runHelm(
  options: ChildProcessRunnerOptions,
  { request, run, directory }: PreparedRun,
): Promise<HelmResult> {
  const redact = redactor(run.secrets ?? []);
  const output = runOutput(redact, (line) => run.onOutput?.(line));
  const answer = answerPipe(redact);
  const { helmPath, setprivPath, prlimitPath, graceMs = 10_000, memoryBytes: bytes = MEMORY_BYTES } = options;
  const command = withinMemory([helmPath, ...helmArguments(request)], { bytes, prlimitPath });
  let exit: number | null;
  let hadTooMuch = false;
  try {
    exit = await runProcess({
      argv: setprivPath === undefined ? command : [setprivPath, "--pdeathsig", "KILL", "--", ...command],
      cwd: directory,
      env: { ...options.environment, ...environmentIn(directory, bytes) },
      stdout: readingCommands.has(request.command) ? answer : output.stdout,
      stderr: output.stderr,
      signal: run.signal,
      killSignal: run.killSignal,
      graceMs,
      memory: {
        bytes,
        onExceeded: () => {
          hadTooMuch = true;
        },
      },
    });
  } catch (cause) {
    throw new NothingChanged("Helm could not be started; check where the agent is told to find it.", {
      cause,
    });
  }
  const cancelled = Boolean(run.signal?.aborted || run.killSignal?.aborted);
  const isStarved = hadTooMuch || isOutOfMemory({ exit, said: output.crash() });
  const failure = isStarved ? outOfMemory(bytes) : (answer.problem() ?? failureOf(exit, output.errorTail()));
  return { exit, cancelled, answer: answer.text(), failure };
}

function failureOf(exit: number | null, errors: string): string | undefined {
  if (exit === 0) return undefined;
  if (exit === null) return "Helm was killed before it came to an end.";
  return failureReason(errors) ?? `Helm ended with status ${exit} and gave no reason.`;
}

/** All that Helm gets: its own folders within the private directory, and nothing of this process's environment. */
const environmentIn = (directory: string, memoryBytes: number) => ({
  PATH: "/usr/local/bin:/usr/bin:/bin",
  ...helmEnvironment({ files: directory, home: directory, memoryBytes }),
});
