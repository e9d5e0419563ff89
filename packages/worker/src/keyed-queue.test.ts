import { expect, test } from "bun:test";
import { KeyedQueue } from "./keyed-queue.ts";
import { after, done, type Outcome } from "./reconciler.ts";

/** A reconciler whose runs the test holds and lets go. */
function held() {
  const runs: { key: string; finish: (outcome?: Outcome) => void; fail: (error: Error) => void }[] = [];
  const started: (() => void)[] = [];
  return {
    runs,
    reconciler: {
      name: "held",
      reconcile: (key: string) =>
        new Promise<Outcome>((resolve, reject) => {
          runs.push({ key, finish: (outcome = done) => resolve(outcome), fail: reject });
          for (const wake of started.splice(0)) wake();
        }),
    },
    async untilRuns(count: number) {
      while (runs.length < count) await new Promise<void>((wake) => started.push(wake));
    },
  };
}

const options = { concurrency: 2, backoffMs: () => 1, onError: () => {} };
const turn = () => new Promise((resolve) => setImmediate(resolve));

test("a key added many times while it runs is run exactly once more", async () => {
  const { runs, reconciler, untilRuns } = held();
  await using queue = new KeyedQueue(reconciler, options);
  queue.add("a");
  await untilRuns(1);
  for (let i = 0; i < 5; i++) queue.add("a");
  await turn();
  expect(runs).toHaveLength(1);
  runs[0]?.finish();
  await untilRuns(2);
  runs[1]?.finish();
  await turn();
  expect(runs).toHaveLength(2);
});

test("at most `concurrency` keys run at once, in order of arrival", async () => {
  const { runs, reconciler, untilRuns } = held();
  await using queue = new KeyedQueue(reconciler, options);
  for (const key of ["a", "b", "c"]) queue.add(key);
  await turn();
  expect(runs.map(({ key }) => key)).toEqual(["a", "b"]);
  runs[0]?.finish();
  await untilRuns(3);
  expect(runs[2]?.key).toBe("c");
  runs[1]?.finish();
  runs[2]?.finish();
});

test("a failing key is retried and does not hold up the others", async () => {
  const { runs, reconciler, untilRuns } = held();
  const errors: [string, unknown][] = [];
  await using queue = new KeyedQueue(reconciler, {
    ...options,
    concurrency: 1,
    onError: (key, error) => errors.push([key, error]),
  });
  queue.add("bad");
  queue.add("good");
  await untilRuns(1);
  const broken = new Error("broken");
  runs[0]?.fail(broken);
  await untilRuns(2);
  expect(runs[1]?.key).toBe("good");
  runs[1]?.finish();
  await untilRuns(3);
  expect(runs[2]?.key).toBe("bad");
  expect(errors).toEqual([["bad", broken]]);
  runs[2]?.finish();
});

test("a key that asks for a later time is run again then, or sooner when somebody adds it", async () => {
  const { runs, reconciler, untilRuns } = held();
  await using queue = new KeyedQueue(reconciler, options);
  queue.add("a");
  await untilRuns(1);
  runs[0]?.finish(after(1));
  await untilRuns(2);
  runs[1]?.finish(after(3_600_000));
  await turn();
  queue.add("a");
  await untilRuns(3);
  runs[2]?.finish();
});

test("disposing aborts what runs, waits for it, and starts nothing more", async () => {
  const seen: string[] = [];
  const queue = new KeyedQueue(
    {
      name: "slow",
      reconcile: (key: string, signal) =>
        new Promise((resolve) => {
          seen.push(`start ${key}`);
          signal.addEventListener("abort", () => {
            seen.push(`stop ${key}`);
            resolve(done);
          });
        }),
    },
    { ...options, concurrency: 1 },
  );
  queue.add("a");
  queue.add("b");
  await queue[Symbol.asyncDispose]();
  queue.add("c");
  await turn();
  expect(seen).toEqual(["start a", "stop a"]);
});
