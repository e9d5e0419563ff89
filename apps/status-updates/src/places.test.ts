import { expect, test } from "bun:test";
import { Places } from "./places.ts";

function placesFor(perGroup: number) {
  const woken: string[] = [];
  return { woken, places: new Places<string, string>({ perGroup, wake: (key) => woken.push(key) }) };
}

test("no more of a group are in at once than there are places, and another group has its own", () => {
  const { places } = placesFor(2);
  expect(["a", "b", "c"].map((key) => places.enter(key, "one"))).toEqual([true, true, false]);
  expect(places.enter("d", "two")).toBe(true);
});

test("who leaves wakes the one that waited longest, whose place nobody else can take", () => {
  const { places, woken } = placesFor(1);
  places.enter("a", "one");
  places.enter("b", "one");
  places.enter("c", "one");
  places.leave("a");
  expect(woken).toEqual(["b"]);
  expect(places.enter("d", "one")).toBe(false);
  expect(places.enter("b", "one")).toBe(true);
});

test("one that was woken and does not come in passes its place on", () => {
  const { places, woken } = placesFor(1);
  for (const key of ["a", "b", "c"]) places.enter(key, "one");
  places.leave("a");
  places.leave("b");
  expect(woken).toEqual(["b", "c"]);
  places.leave("c");
  expect(places.enter("d", "one")).toBe(true);
});

test("one that moved to another group gives its place in the old one up", () => {
  const { places } = placesFor(1);
  places.enter("a", "one");
  places.enter("a", "two");
  expect(places.enter("b", "one")).toBe(true);
  expect(places.enter("c", "two")).toBe(false);
});
