import { expect, test } from "bun:test";
import { ingressHost, namespaceName, requireDeploymentName } from "./deployment-name.ts";

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

test("an ingress host never begins with a dot", () => {
  expect(ingressHost("Name", { name: "eve", namespace: "shop-eve" }, "apps.test")).toBe("eve.apps.test");
  expect(ingressHost("KindAndName", { name: "eve", namespace: "shop-eve" }, "apps.test")).toBe(
    "shop-eve.apps.test",
  );
  expect(ingressHost("Name", { name: "", namespace: "shop" }, "apps.test")).toBe("shop.apps.test");
});
