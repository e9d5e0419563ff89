/** A figure of a bench: what, how much, and beside what. */
export interface Figure {
  readonly name: string;
  readonly value: string;
}

/** The value below which this part of the samples lies (nearest rank). */
export function percentile(samples: readonly number[], part: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.max(Math.ceil(sorted.length * part) - 1, 0)] ?? Number.NaN;
}

export function ms(value: number): string {
  return `${value.toFixed(value < 10 ? 1 : 0)} ms`;
}

/** Resident memory of a process, in MiB; nothing where the system does not say. */
export async function residentMiB(pid: number): Promise<number | undefined> {
  const status = await Bun.file(`/proc/${pid}/status`)
    .text()
    .catch(() => "");
  const kib = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1];
  return kib === undefined ? undefined : Number(kib) / 1024;
}

/** The figures as a Markdown table. */
export function table(figures: readonly Figure[]): string {
  return [
    "| what | figure |",
    "| --- | --- |",
    ...figures.map(({ name, value }) => `| ${name} | ${value} |`),
  ].join("\n");
}
