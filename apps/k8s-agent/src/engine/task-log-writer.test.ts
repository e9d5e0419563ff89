import { expect, test } from "bun:test";
import { TaskLogWriter } from "./task-log-writer.ts";

function writer(more: Partial<ConstructorParameters<typeof TaskLogWriter>[0]> = {}) {
  const pieces: string[] = [];
  const lost = new AbortController();
  const log = new TaskLogWriter({
    append: async (text) => {
      pieces.push(text);
      return true;
    },
    onError: () => true,
    onLost: () => lost.abort(),
    lost: lost.signal,
    gatherMs: 5,
    ...more,
  });
  return { log, pieces, lost };
}

test("lines that come together are one piece, and what is gathered is written soon by itself", async () => {
  const { log, pieces } = writer();
  log.line("one");
  log.line("two");
  const deadline = Date.now() + 5_000;
  while (pieces.length === 0 && Date.now() < deadline) await Bun.sleep(1);
  expect(pieces).toEqual(["one\ntwo\n"]);
});

test("a log is bounded in total and per line, and says so once", async () => {
  const { log, pieces } = writer({ charactersMax: 40_000 });
  for (let n = 0; n < 10; n += 1) log.line("x".repeat(200_000));
  await log.flush();
  const text = pieces.join("");
  expect(text.length).toBeLessThan(40_000);
  expect(text.match(/The log is full/g)).toHaveLength(1);
});

test("what the database would refuse is made fit: NULs and halves of characters", async () => {
  const { log, pieces } = writer();
  log.line("a\u0000b\ud800");
  await log.flush();
  expect(pieces).toEqual(["a\ufffdb\ufffd\n"]);
});

test("a piece that cannot be written yet is neither lost nor overtaken", async () => {
  let failures = 0;
  const pieces: string[] = [];
  const { log } = writer({
    append: async (text) => {
      if (text.includes("first") && failures < 2) {
        failures += 1;
        throw new Error("away");
      }
      pieces.push(text);
      return true;
    },
  });
  log.line("first");
  const first = log.flush();
  log.line("second");
  await Promise.all([first, log.flush()]);
  expect(pieces).toEqual(["first\n", "second\n"]);
});

test("once the task is lost, it says so and writes nothing more", async () => {
  const tried: string[] = [];
  const { log, lost } = writer({
    append: async (text) => {
      tried.push(text);
      return false;
    },
  });
  log.line("first");
  await log.flush();
  expect(lost.signal.aborted).toBe(true);
  log.line("second");
  await log.flush();
  expect(tried).toEqual(["first\n"]);
});
