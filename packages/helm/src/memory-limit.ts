import { every, processUsage } from "@platz/worker";

const MIB = 1024 * 1024;

/** What one run of Helm may take when nothing else is said: several times what the largest charts do. */
export const MEMORY_BYTES = 512 * MIB;
/** Addresses that Go reserves beside those it uses. */
const RESERVED_BYTES = 1280 * MIB;

/** The part that Go's collector keeps to, by working harder: what is left is for what comes in one piece. */
export const goMemoryLimit = (bytes: number): string => `${Math.floor((bytes * 3) / 4)}B`;

/**
 * The command, held to about so much memory by util-linux's `prlimit`, for what comes between two looks at it. The limit
 * is on addresses: Go takes data by a way that a limit on data does not count. It writes no core either, which would
 * hold the values.
 */
export function withinMemory(
  command: readonly [string, ...string[]],
  { bytes, prlimitPath }: { readonly bytes: number; readonly prlimitPath: string | undefined },
): readonly [string, ...string[]] {
  return prlimitPath === undefined
    ? command
    : [prlimitPath, `--as=${bytes + RESERVED_BYTES}`, "--core=0", "--", ...command];
}

/** What Go says when it gets no more memory; it ends with status 2 then, and Helm itself never does. */
const starved = /^(fatal error|runtime): .*(memory|allocat|reserve|map pages|stack|OS thread)/m;

/** Whether this is the end of a Helm that wanted more memory than it was given. */
export function isOutOfMemory({
  exit,
  said,
  reason,
}: {
  readonly exit: number | null | undefined;
  readonly said: string;
  /** The cluster's word for it. */
  readonly reason?: string | undefined;
}): boolean {
  return reason === "OOMKilled" || (exit === 2 && starved.test(said));
}

export function outOfMemory(bytes: number): string {
  return `Helm was ended because it took more memory than a run may have (${Math.floor(bytes / MIB)} MiB, PLATZ_HELM_MEMORY): the chart's templates make too much of these values.`;
}

const SAMPLE_MS = 100;

/** Looks at a process's resident memory again and again, and calls when it has too much. */
export function watchMemory(
  pid: number,
  { bytes, onExceeded }: { readonly bytes: number; readonly onExceeded: () => void },
): Disposable {
  return every(
    SAMPLE_MS,
    async () => {
      const usage = await processUsage(pid);
      if (usage !== undefined && usage.residentBytes > bytes) onExceeded();
    },
    () => undefined,
  );
}
