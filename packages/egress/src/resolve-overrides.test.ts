import { expect, test } from "bun:test";
import { resolveOverrides } from "./resolve-overrides.ts";

test("a host takes the override of the longest domain that it is below", () => {
  const find = resolveOverrides({
    "apps.test": "http://127.0.0.1:8080",
    ".deep.apps.test": "127.0.0.1:8443",
    "*.six.test": "[::1]:9000",
  });
  expect(find("a.apps.test")).toMatchObject({ host: "127.0.0.1", port: 8080, plainHttp: true });
  expect(find("apps.test")).toMatchObject({ port: 8080 });
  expect(find("a.deep.apps.test")).toMatchObject({ port: 8443, plainHttp: false });
  expect(find("a.six.test")).toMatchObject({ host: "::1", port: 9000 });
  expect(find("xapps.test")).toBeUndefined();
  expect(find("apps.test.evil.com")).toBeUndefined();
});

test.each(["", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:99999", "ftp://x:1", "http://x:1/path", "user@x:1"])(
  "%p is no override, and says whose",
  (target) => {
    expect(() => resolveOverrides({ "apps.test": target })).toThrow('The override of "apps.test"');
  },
);
