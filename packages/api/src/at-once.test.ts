import { expect, test } from "bun:test";
import { TooManyRequests } from "@platz/domain";
import { createCaller } from "./app-router.ts";
import { atOnceLimits, CallersAtOnce } from "./at-once.ts";
import { apiContextOf } from "./testing/api-context.ts";

test("a caller who has too much under way is told what to do, while others go on", () => {
  const atOnce = new CallersAtOnce();
  const leave = Array.from({ length: atOnceLimits.streams.max }, () => atOnce.enter("streams", "User:1"));
  expect(() => atOnce.enter("streams", "User:1")).toThrow(TooManyRequests);
  expect(() => atOnce.enter("streams", "User:1")).toThrow("close those that you do not read");
  atOnce.enter("streams", "User:2");
  atOnce.enter("calls", "User:1");
  leave[0]?.();
  // What has left once does not make room twice.
  leave[0]?.();
  atOnce.enter("streams", "User:1");
  expect(() => atOnce.enter("streams", "User:1")).toThrow(TooManyRequests);
  expect(atOnce.figures()).toContainEqual({ what: "streams", count: 51, refused: 3 });
});

test("public calls are counted by address, whatever becomes of them", async () => {
  const atOnce = new CallersAtOnce();
  const answers = Promise.withResolvers<never>();
  const signIn = { start: () => answers.promise, finish: () => answers.promise };
  const api = (address: string) => createCaller(apiContextOf(undefined, { atOnce, address, signIn }));
  const started = Array.from({ length: atOnceLimits["public calls"].max }, (_, index) =>
    api(`2001:db8::${index + 1}`).signIn.start({}),
  );
  const settled = Promise.allSettled(started);
  await expect(api("2001:db8::1").server.info()).rejects.toThrow("calls under way from your address");
  expect(await api("192.0.2.1").server.info()).toEqual({ version: "test" });
  answers.reject(new Error("not today"));
  await settled;
  expect(await api("2001:db8::1").server.info()).toEqual({ version: "test" });
});
