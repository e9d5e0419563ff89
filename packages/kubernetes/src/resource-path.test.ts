import { expect, test } from "bun:test";
import { Invalid } from "@platz/domain";
import { resourcePath } from "./resource-path.ts";

test("a path names one object of one namespace", () => {
  expect(resourcePath({ api: "api/v1", namespace: "shop", collection: "pods", name: "web-0" })).toBe(
    "/api/v1/namespaces/shop/pods/web-0",
  );
  expect(resourcePath({ api: "apis/apps/v1", collection: "deployments" })).toBe("/apis/apps/v1/deployments");
});

test("a name can neither leave its place in the path, nor widen it to the whole collection", () => {
  const names = [
    "",
    ".",
    "..",
    "../pods",
    "a/b",
    "a?force=true",
    "a%2fb",
    "a#b",
    "a b",
    "A",
    "a\n",
    "-a",
    "a-",
  ];
  for (const name of [...names, "x".repeat(254)]) {
    const address = { api: "api/v1", collection: "secrets" } as const;
    expect(() => resourcePath({ ...address, namespace: "shop", name })).toThrow(Invalid);
    expect(() => resourcePath({ ...address, namespace: name })).toThrow(Invalid);
  }
});
