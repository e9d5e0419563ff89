import { expect, test } from "bun:test";
import { addressGroup } from "./address-group.ts";

test("addresses of one /64 of IPv6 are counted as one, and those of IPv4 one by one", () => {
  expect(addressGroup("2001:db8:1:2:3:4:5:6")).toBe(addressGroup("2001:db8:1:2::1"));
  expect(addressGroup("2001:db8:1:2::1")).not.toBe(addressGroup("2001:db8:1:3::1"));
  expect(addressGroup("fe80::1%eth0")).toBe(addressGroup("fe80::2"));
  expect(addressGroup("192.0.2.1")).not.toBe(addressGroup("192.0.2.2"));
  expect(addressGroup("::ffff:192.0.2.1")).toBe("192.0.2.1");
});
