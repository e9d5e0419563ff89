import { expect, test } from "bun:test";
import { Digest, RegistryDomain, RepositoryName, Tag } from "./references.ts";

test.each([
  [RepositoryName, ["paint", "charts/paint", "a.b/c_d/e__f/g--h", "0"]],
  [Tag, ["1.0.0", "v1", "latest", "_x", "1.0.0_build.5", "x".repeat(128)]],
  [Digest, [`sha256:${"a".repeat(64)}`, `sha512:${"0".repeat(128)}`]],
  [RegistryDomain, ["localhost", "localhost:5001", "registry.example.com", "127.0.0.1:5000", "[::1]:5000"]],
])("what keeps the grammar is accepted, case %#", (grammar, values) => {
  for (const value of values) expect(grammar.safeParse(value).success).toBe(true);
});

test.each([
  [
    RepositoryName,
    [
      "",
      "Paint",
      "/paint",
      "paint/",
      "a//b",
      "a b",
      "../x",
      "a/../b",
      "-a",
      "a;reboot",
      "$(id)",
      "a\n",
      "x".repeat(256),
    ],
  ],
  [Tag, ["", ".x", "-x", "a/b", "a b", "--version", "a\n", "$(id)", "x".repeat(129), "1.0.0+build"]],
  [
    Digest,
    ["", "sha256:abc", `sha256:${"A".repeat(64)}`, `md5:${"a".repeat(32)}`, `sha256:${"a".repeat(64)}\n`],
  ],
  [
    RegistryDomain,
    [
      "",
      "-a",
      "a b",
      "user@host",
      "host/path",
      "host:port",
      "host:123456",
      "HOST",
      "http://host",
      "a\n",
      "a..b",
    ],
  ],
])("what breaks the grammar is refused, case %#", (grammar, values) => {
  for (const value of values) expect([value, grammar.safeParse(value).success]).toEqual([value, false]);
});
