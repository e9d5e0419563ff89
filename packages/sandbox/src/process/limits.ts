/** What one job may take. */
export interface ProcessLimits {
  /** Of CPU time, which does not depend on what else the machine does. */
  readonly cpuMs: number;
  /** Of time: for a machine on which nothing gets along. */
  readonly wallMs: number;
  /** Of resident memory of its process, which begins with some 60 MB. */
  readonly residentBytes: number;
  readonly resultBytes: number;
  /** How often that is looked at. */
  readonly sampleMs: number;
}

/** What a pool of processes may take. */
export interface PoolLimits extends ProcessLimits {
  readonly processes: number;
  /** Jobs that wait for a process. */
  readonly waiting: number;
  /** After how long without jobs a process ends. */
  readonly idleMs: number;
}

export const standardLimits: PoolLimits = {
  cpuMs: 10_000,
  wallMs: 60_000,
  residentBytes: 512 * 1024 * 1024,
  resultBytes: 32 * 1024 * 1024,
  sampleMs: 50,
  processes: 2,
  waiting: 500,
  idleMs: 60_000,
};
