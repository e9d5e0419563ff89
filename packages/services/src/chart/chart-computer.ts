import { quarantineCharts } from "@platz/db/queries/chart-quarantine";
import { type HelmChart, PreconditionFailed, Unavailable } from "@platz/domain";
import {
  inProcessSandbox,
  type JobInput,
  type JobOutput,
  type Jobs,
  type Sandbox,
  SandboxFailure,
} from "@platz/sandbox";
import type { ServiceDatabase, ServiceLog } from "../context.ts";

/** The chart that a job is computed for. */
export type ComputedChart = Pick<HelmChart, "imageDigest" | "imageTag" | "quarantine">;

/** Computes what charts decide. */
export interface ChartComputer {
  /**
   * Runs a job for a chart. Throws `PreconditionFailed` in the chart's name when it cannot be computed, and for one that has
   * cost a process before, without trying; `Unavailable` when there is too much to do.
   */
  compute<Name extends keyof Jobs>(
    chart: ComputedChart,
    name: Name,
    input: JobInput<Jobs, Name>,
  ): Promise<JobOutput<Jobs, Name>>;
}

export interface ComputerParts {
  readonly sandbox: Sandbox;
  /** Where it is kept which charts have cost a process: outside of any transaction, which their failure takes back. */
  readonly db: ServiceDatabase;
  readonly log: ServiceLog;
}

/** A computer whose charts are not tried again once they have cost a process, by any process of this installation. */
export function createChartComputer({ sandbox, db, log }: ComputerParts): ChartComputer {
  /** Those that the database has not been told of yet. */
  const quarantined = new Map<string, string>();
  const keep = async ({ imageDigest, imageTag }: ComputedChart, reason: string) => {
    quarantined.set(imageDigest, reason);
    log.warn({ digest: imageDigest, tag: imageTag, reason }, "a chart is computed no more");
    try {
      // What is no chart of a registry, such as the manifest of a release, is remembered here alone.
      if ((await quarantineCharts(db, imageDigest, reason)) > 0) quarantined.delete(imageDigest);
    } catch (error) {
      log.warn({ error, digest: imageDigest }, "that a chart is computed no more could not be kept");
    }
  };
  return {
    async compute<Name extends keyof Jobs>(
      chart: ComputedChart,
      name: Name,
      input: JobInput<Jobs, Name>,
    ): Promise<JobOutput<Jobs, Name>> {
      const before = chart.quarantine ?? quarantined.get(chart.imageDigest);
      if (before !== undefined) throw new PreconditionFailed(before);
      try {
        return (await sandbox.run(name, input)) as JobOutput<Jobs, Name>;
      } catch (error) {
        const failure = failureOf(chart, error);
        // Not waited for: the connection of the transaction that asks is still held.
        if (error instanceof SandboxFailure && error.isCostly) void keep(chart, failure.message);
        throw failure;
      }
    },
  };
}

/** That of the process; where none was given, one that computes within this process, and remembers nothing. */
export function chartComputer({
  computer,
}: {
  readonly computer?: ChartComputer | undefined;
}): ChartComputer {
  return computer ?? { compute: (chart, name, input) => computeHere(chart, name, input) };
}

async function computeHere<Name extends keyof Jobs>(
  chart: ComputedChart,
  name: Name,
  input: JobInput<Jobs, Name>,
): Promise<JobOutput<Jobs, Name>> {
  if (chart.quarantine !== null) throw new PreconditionFailed(chart.quarantine);
  try {
    return (await inProcessSandbox().run(name, input)) as JobOutput<Jobs, Name>;
  } catch (error) {
    throw failureOf(chart, error);
  }
}

function failureOf({ imageTag }: ComputedChart, error: unknown): Error {
  if (!(error instanceof SandboxFailure)) return error instanceof Error ? error : new Error(String(error));
  if (error.kind === "busy") return new Unavailable(error.message, { cause: error });
  return new PreconditionFailed(chartSentence(imageTag, error), { cause: error });
}

const reasons: Readonly<Record<SandboxFailure["kind"], string>> = {
  "too-long": "what it asks for takes too long to compute",
  "too-large": "what it asks for takes too much memory to compute",
  ended: "what it asks for ends the process that computes it",
  failed: "what it asks for cannot be computed",
  busy: "too much is being computed",
};

/** Why a chart cannot be used, when a job of it failed: within a sentence. */
export function computeReason({ kind }: Pick<SandboxFailure, "kind">): string {
  return reasons[kind];
}

function chartSentence(imageTag: string, { kind }: SandboxFailure): string {
  return `The chart ${imageTag} cannot be used: ${computeReason({ kind })}. Choose another version, or publish a corrected one.`;
}
