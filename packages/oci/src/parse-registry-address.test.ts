import { expect, test } from "bun:test";
import { Invalid } from "@platz/domain";
import { parseRegistryAddress } from "./parse-registry-address.ts";

test.each([
  ["localhost:5001", "localhost:5001", "http://localhost:5001"],
  ["127.0.0.1:5000", "127.0.0.1:5000", "http://127.0.0.1:5000"],
  ["[::1]:5000", "[::1]:5000", "http://[::1]:5000"],
  ["registry.example.com", "registry.example.com", "https://registry.example.com"],
  ["registry.example.com:5000", "registry.example.com:5000", "https://registry.example.com:5000"],
  ["http://registry.example.com:5000", "registry.example.com:5000", "http://registry.example.com:5000"],
  ["http://localhost:5001", "localhost:5001", "http://localhost:5001"],
  ["https://example.com:443", "example.com", "https://example.com"],
  ["http://example.com:80/", "example.com", "http://example.com"],
  ["HTTPS://Example.COM", "example.com", "https://example.com"],
  ["https://127.0.0.1:5000", "127.0.0.1:5000", "https://127.0.0.1:5000"],
  ["localhost.example.com", "localhost.example.com", "https://localhost.example.com"],
])("%s is registry %s at %s", (text, domain, origin) => {
  expect(parseRegistryAddress(text)).toEqual({ domain, origin });
});

test("a setting decides where the address does not", () => {
  expect(parseRegistryAddress("registry.example.com:5000", true).origin).toBe(
    "http://registry.example.com:5000",
  );
  expect(parseRegistryAddress("localhost:5000", false).origin).toBe("https://localhost:5000");
});

test.each([
  "",
  "ftp://host",
  "user:pass@host",
  "https://host/path",
  "host name",
  "host:99999",
  "--help",
  "http://",
])("%p is refused", (text) => {
  expect(() => parseRegistryAddress(text)).toThrow(Invalid);
});
