import { expect, test } from "bun:test";
import { clientAddress, trustedProxies } from "./client-address.ts";

const proxies = trustedProxies.parse("10.0.0.0/8, 2001:db8::/32 192.0.2.5");

test("without a trusted proxy nothing that a caller writes changes their address", () => {
  expect(clientAddress("203.0.113.9", "198.51.100.1", proxies)).toBe("203.0.113.9");
  expect(clientAddress("10.0.0.1", "198.51.100.1", [])).toBe("10.0.0.1");
  expect(clientAddress("::ffff:203.0.113.9", null, proxies)).toBe("203.0.113.9");
});

test("behind trusted proxies the address is the nearest one that none of them has", () => {
  expect(clientAddress("10.0.0.1", "198.51.100.1, 203.0.113.9, 192.0.2.5", proxies)).toBe("203.0.113.9");
  expect(clientAddress("2001:db8::1", "198.51.100.1", proxies)).toBe("198.51.100.1");
  expect(clientAddress("10.0.0.1", null, proxies)).toBe("10.0.0.1");
  expect(clientAddress("10.0.0.1", "spoofed, nonsense", proxies)).toBe("10.0.0.1");
});

test("a setting that is no network is refused by its name", () => {
  expect(trustedProxies.safeParse("10.0.0.0/8 proxy.example.com").error?.issues[0]?.message).toContain(
    '"proxy.example.com" is no address',
  );
});
