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

/** Resident memory of a process and all that descend from it, in MiB; nothing where the system does not say. */
export async function residentMiB(pid: number): Promise<number | undefined> {
  const own = /^VmRSS:\s+(\d+) kB/m.exec(await proc(`${pid}/status`))?.[1];
  if (own === undefined) return undefined;
  const children = (await proc(`${pid}/task/${pid}/children`)).split(" ").filter((id) => id !== "");
  const theirs = await Promise.all(children.map((child) => residentMiB(Number(child))));
  return theirs.reduce((sum: number, each) => sum + (each ?? 0), Number(own) / 1024);
}

/** Seconds of processor time that a process has had, its threads included; nothing where the system does not say. */
export async function cpuSeconds(pid: number): Promise<number | undefined> {
  // The fields after the name, which may hold anything (proc(5)): the 12th and 13th are ticks of a hundredth.
  const fields = (await proc(`${pid}/stat`)).replace(/^.*\) /s, "").split(" ");
  const ticks = Number(fields[11]) + Number(fields[12]);
  return Number.isNaN(ticks) ? undefined : ticks / 100;
}

function proc(path: string): Promise<string> {
  return Bun.file(`/proc/${path}`)
    .text()
    .catch(() => "");
}

/** The figures as a Markdown table. */
export function table(figures: readonly Figure[]): string {
  return [
    "| what | figure |",
    "| --- | --- |",
    ...figures.map(({ name, value }) => `| ${name} | ${value} |`),
  ].join("\n");
}
