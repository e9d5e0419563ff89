import { describe, expect, test } from "bun:test";
import { addressPolicy } from "./address-policy.ts";

const host = "app.example.com";

test.each([
  "127.0.0.1",
  "127.255.255.254",
  "0.0.0.0",
  "0.1.2.3",
  "10.0.0.1",
  "172.16.0.1",
  "172.31.255.255",
  "192.168.1.1",
  "100.64.0.1",
  "169.254.169.254",
  "169.254.1.1",
  "168.63.129.16",
  "192.0.0.192",
  "192.0.2.1",
  "198.18.0.1",
  "224.0.0.1",
  "239.255.255.255",
  "240.0.0.1",
  "255.255.255.255",
  "::",
  "::1",
  "fe80::1",
  "fec0::1",
  "fc00::1",
  "fd00:ec2::254",
  "ff02::1",
  "2001:db8::1",
  "::ffff:127.0.0.1",
  "::ffff:10.0.0.1",
  "::ffff:a9fe:a9fe",
  "::127.0.0.1",
  "64:ff9b::169.254.169.254",
  "64:ff9b:1::1",
  "2002:7f00:1::",
  "2001:0:1::1",
  "100::1",
  "0x7f000001",
  "2130706433",
  "0177.0.0.1",
  "127.1",
  "fe80::1%eth0",
  "not an address",
  "",
])("%s may not be called", (address) => {
  expect(addressPolicy({}).permits(host, address)).toBe(false);
});

test.each(["8.8.8.8", "93.184.216.34", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "::ffff:8.8.8.8"])(
  "%s may be called",
  (address) => {
    expect(addressPolicy({}).permits(host, address)).toBe(true);
  },
);

describe("rules", () => {
  test("a range, an address or a host may be allowed, and nothing beside it", () => {
    const policy = addressPolicy({
      allow: ["10.1.0.0/16", "127.0.0.1", "fd12::/16", "one.internal", "*.apps.internal"],
    });
    for (const address of ["10.1.2.3", "127.0.0.1", "::ffff:127.0.0.1", "fd12::5"]) {
      expect([address, policy.permits(host, address)]).toEqual([address, true]);
    }
    for (const address of ["10.2.0.1", "127.0.0.2", "fd13::5", "::1"]) {
      expect([address, policy.permits(host, address)]).toEqual([address, false]);
    }
    const hosts = ["one.internal", "a.apps.internal", "a.b.apps.internal"];
    expect(hosts.map((name) => policy.permits(name, "10.9.9.9"))).toEqual([true, true, true]);
    const others = ["two.one.internal", "apps.internal", "xapps.internal", "one.internal.evil.com"];
    expect(others.map((name) => policy.permits(name, "10.9.9.9"))).toEqual([false, false, false, false]);
  });

  test("a name that is allowed leads into private networks and nowhere else, whatever DNS says for it", () => {
    const policy = addressPolicy({ allow: [host, "*.apps.internal"] });
    for (const name of [host, "a.apps.internal"]) {
      for (const address of ["10.0.0.1", "192.168.1.1", "100.64.0.1", "fd12::5", "203.0.115.1"]) {
        expect([address, policy.permits(name, address)]).toEqual([address, true]);
      }
      for (const address of [
        "127.0.0.1",
        "::1",
        "::ffff:127.0.0.1",
        "0.0.0.0",
        "::",
        "169.254.169.254",
        "169.254.7.7",
        "fe80::1",
        "224.0.0.1",
        "ff02::1",
        "255.255.255.255",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "::127.0.0.1",
      ]) {
        expect([address, policy.permits(name, address)]).toEqual([address, false]);
      }
    }
    const both = addressPolicy({ allow: [host, "127.0.0.0/8"] });
    expect([both.permits(host, "127.0.0.1"), both.permits("other.example.com", "127.0.0.1")]).toEqual([
      true,
      true,
    ]);
  });

  test("a blocked range stays blocked, whatever is allowed, and clouds' metadata too", () => {
    const allow = ["0.0.0.0/0", "::/0", host];
    const policy = addressPolicy({ allow, block: ["10.96.0.0/12", "203.0.113.7"] });
    for (const address of [
      "10.96.0.1",
      "203.0.113.7",
      "169.254.169.254",
      "100.100.100.200",
      "fd00:ec2::254",
    ]) {
      expect([address, policy.permits(host, address)]).toEqual([address, false]);
    }
    expect(policy.permits(host, "10.0.0.1")).toBe(true);
  });

  test.each(["10.0.0.0/33", "10.0.0/8", "", "a b", "http://x", "1.2.3", "/8"])(
    "%p is no rule, and says so",
    (rule) => {
      expect(() => addressPolicy({ allow: [rule] })).toThrow(`"${rule}" is neither`);
      expect(() => addressPolicy({ block: [rule] })).toThrow(`"${rule}" is neither`);
    },
  );
});
