import { describe, expect, test } from "bun:test";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { createEgress } from "./create-egress.ts";
import { answering } from "./testing/answering.ts";
import { failure } from "./testing/failure.ts";
import { testCertificate } from "./testing/test-certificate.ts";
import { testServer } from "./testing/test-server.ts";

/** Any name resolves to this machine, which may be called. */
const local = { lookup: async () => ["127.0.0.1"], allow: ["127.0.0.1"] };

describe("TLS", () => {
  test("the name is sent and verified although the connection is to an address", async () => {
    const certificate = await testCertificate("app.example.com");
    await using tls = await testServer(
      (request, response) => void response.end(request.headers.host),
      certificate,
    );
    const egress = createEgress({ ...local, ca: certificate.cert });
    const answer = await egress.request({ method: "GET", url: `https://app.example.com:${tls.port}/` });
    expect(answer.text).toBe(`app.example.com:${tls.port}`);
    const other = egress.request({ method: "GET", url: `https://other.example.com:${tls.port}/` });
    expect(await failure(other)).toEqual([
      "tls",
      "other.example.com has no certificate that is valid for it.",
    ]);
  });

  test("a certificate that nobody vouches for is refused", async () => {
    await using tls = await testServer(() => undefined, await testCertificate("app.example.com"));
    const call = createEgress(local).request({ method: "GET", url: `https://app.example.com:${tls.port}/` });
    expect((await failure(call))[0]).toBe("tls");
  });

  test("the first bytes to the other side name the host that was asked for", async () => {
    const raw = createServer();
    raw.listen(0, "127.0.0.1");
    await once(raw, "listening");
    const hello = once(raw, "connection").then(async ([socket]) => {
      const [bytes] = await once(socket, "data");
      socket.destroy();
      return bytes.toString("latin1");
    });
    const { port } = raw.address() as AddressInfo;
    const call = createEgress(local).request({ method: "GET", url: `https://app.example.com:${port}/` });
    expect((await failure(call))[0]).toMatch(/unreachable|tls/);
    expect(await hello).toContain("app.example.com");
    raw.close();
  });
});

for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"] as const) {
  test(`a body that is sent by ${method} arrives as it is`, async () => {
    await using plain = await testServer(answering);
    const url = `http://a.example.com:${plain.port}/echo`;
    const answer = await createEgress(local).request({ method, url, body: '{"shop":"é"}' });
    expect(JSON.parse(answer.text)).toMatchObject({ method, body: '{"shop":"é"}' });
  });
}

test("every call has a connection of its own, so none is used under another name", async () => {
  await using plain = await testServer(answering);
  for (const host of ["a.example.com", "a.example.com", "b.example.com"]) {
    await createEgress(local).request({ method: "GET", url: `http://${host}:${plain.port}/echo` });
  }
  expect(plain.connections()).toBe(3);

  const certificate = await testCertificate("a.example.com");
  await using tls = await testServer((_, response) => void response.end("ok"), certificate);
  const sockets: Socket[] = [];
  const raw = createServer((socket) => {
    sockets.push(socket);
    socket.pipe(connect(tls.port, "127.0.0.1")).pipe(socket);
  });
  raw.listen(0, "127.0.0.1");
  await once(raw, "listening");
  const { port } = raw.address() as AddressInfo;
  const egress = createEgress({ ...local, ca: certificate.cert });
  for (let call = 1; call <= 2; call += 1) {
    await egress.request({ method: "GET", url: `https://a.example.com:${port}/` });
    expect(sockets.length).toBe(call);
  }
  for (const socket of sockets) socket.destroy();
  raw.close();
});

describe("an override", () => {
  test("sends a domain's hosts to an address, in plain HTTP if it says so, under their own name", async () => {
    await using server = await testServer(answering);
    const egress = createEgress({ resolveOverrides: { "apps.test": `http://127.0.0.1:${server.port}` } });
    const answer = await egress.request({ method: "GET", url: "https://shop-eve.apps.test/echo" });
    expect(JSON.parse(answer.text).headers.host).toBe("shop-eve.apps.test");
  });

  test("keeps TLS otherwise, and leaves other hosts under the rules", async () => {
    const certificate = await testCertificate("shop.apps.test");
    await using tls = await testServer((_, response) => void response.end("tls"), certificate);
    const egress = createEgress({
      ca: certificate.cert,
      resolveOverrides: { "apps.test": `127.0.0.1:${tls.port}` },
    });
    expect((await egress.request({ method: "GET", url: "https://shop.apps.test/" })).text).toBe("tls");
    const other = egress.request({ method: "GET", url: `http://127.0.0.1:${tls.port}/` });
    expect((await failure(other))[0]).toBe("blocked");
  });
});
