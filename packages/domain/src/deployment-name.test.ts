import { expect, test } from "bun:test";
import {
  hostLabel,
  ingressHost,
  isReservedHost,
  namespaceName,
  requireDeploymentName,
} from "./deployment-name.ts";

test("a namespace is named after kind and deployment", () => {
  expect(namespaceName("PaintMixer", "lobby")).toBe("paintmixer-lobby");
  expect(namespaceName("PaintMixer", "")).toBe("paintmixer");
});

test.each(["eve", "a", "a-1", "0", ""])("deployment name %p is accepted", (name) => {
  expect(() => requireDeploymentName("Shop", name)).not.toThrow();
});

test.each(["Eve", "-a", "a-", "a_b", "a.b", "a b", "a;reboot", "$(id)", "ä", "x".repeat(49)])(
  "deployment name %p is refused with a message that names the field",
  (name) => {
    expect(() => requireDeploymentName("Shop", name)).toThrow(/^The deployment was not accepted: name: use /);
  },
);

test("an ingress host never begins with a dot, and is in lower case", () => {
  const eve = { name: "eve", namespace: "shop-eve" };
  expect(ingressHost(hostLabel("Name", eve), "apps.test")).toBe("eve.apps.test");
  expect(ingressHost(hostLabel("KindAndName", eve), "Apps.Test")).toBe("shop-eve.apps.test");
  expect(ingressHost(hostLabel("Name", { name: "", namespace: "shop" }), "apps.test")).toBe("shop.apps.test");
  expect(hostLabel("KindAndName", { name: "eve", namespace: "Shop-eve" })).toBe("shop-eve");
});

test("platz, reserved labels and reserved hosts are for no deployment", () => {
  const reserved = ["admin", "login.apps.test"];
  expect(isReservedHost("platz", "apps.test", [])).toBe(true);
  expect(isReservedHost("admin", "apps.test", reserved)).toBe(true);
  expect(isReservedHost("admin", null, reserved)).toBe(true);
  expect(isReservedHost("login", "apps.test", reserved)).toBe(true);
  expect(isReservedHost("login", "other.test", reserved)).toBe(false);
  expect(isReservedHost("platz2", "apps.test", reserved)).toBe(false);
});
