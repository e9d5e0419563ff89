import { expect, test } from "bun:test";
import { traceCollector } from "./testing/trace-collector.ts";
import { failSpan, inSpan, noteOnSpan, startTracing, traceParent } from "./tracing.ts";

test("spans are sent with what runs below them, over await, and into another process by its trace parent", async () => {
  await using collected = traceCollector();
  let handedOver: string | null = null;
  {
    await using _tracing = await startTracing({ serviceName: "test", endpoint: collected.endpoint });
    await inSpan("outer", { attributes: { kind: "a" } }, async () => {
      await Bun.sleep(1);
      await inSpan("inner", {}, async () => {
        handedOver = traceParent();
        noteOnSpan({ count: 2 });
      });
    });
    await inSpan("elsewhere", { parent: handedOver }, async () => {});
  }
  expect(collected.paths[0]).toBe("/v1/traces");
  const [outer, inner, elsewhere] = ["outer", "inner", "elsewhere"].map(collected.named);
  expect(handedOver).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  expect(inner).toMatchObject({ traceId: outer?.traceId, parentSpanId: outer?.spanId });
  expect(elsewhere).toMatchObject({ traceId: outer?.traceId, parentSpanId: inner?.spanId });
  expect(inner?.attributes).toContainEqual({ key: "count", value: { intValue: 2 } });
});

test("a span of work that fails says so, without the words of the failure", async () => {
  await using collected = traceCollector();
  {
    await using _tracing = await startTracing({ serviceName: "test", endpoint: `${collected.endpoint}/` });
    const work = inSpan("failing", {}, () => Promise.reject(new TypeError("password hunter2")));
    await expect(work).rejects.toThrow("hunter2");
  }
  expect(collected.named("failing")?.status).toEqual({ code: 2, message: "TypeError" });
  expect(JSON.stringify(collected.spans)).not.toContain("hunter2");
});

test("without an endpoint work runs as ever, and no trace has a name; one that is away holds up nothing", async () => {
  await using _off = await startTracing({ serviceName: "test" });
  expect(await inSpan("silent", {}, async () => traceParent())).toBeNull();
  const told: string[] = [];
  const away = await startTracing({
    serviceName: "test",
    endpoint: "http://127.0.0.1:9",
    onError: (reason) => told.push(reason),
  });
  expect(await inSpan("lost", {}, async () => "done")).toBe("done");
  const begun = performance.now();
  await away[Symbol.asyncDispose]();
  expect(performance.now() - begun).toBeLessThan(4000);
  expect(told).not.toEqual([]);
});

test("whoever does not trace loads nothing of what traces", async () => {
  const module = new URL("./tracing.ts", import.meta.url).pathname;
  const code = `
    const { startTracing } = await import(${JSON.stringify(module)});
    await startTracing({ serviceName: "test" });
    console.log(Object.keys(require.cache).filter((path) => /@opentelemetry.(sdk|otlp|exporter)/.test(path)).length);`;
  const child = Bun.spawn([process.execPath, "-e", code], { stdout: "pipe" });
  expect((await new Response(child.stdout).text()).trim()).toBe("0");
});

test("headers go along, and of the traces that begin here only the wanted share", async () => {
  await using collected = traceCollector();
  const headers = { "x-tenant": "platz" };
  const options = { serviceName: "test", endpoint: collected.endpoint, headers };
  for (const share of [0, 1]) {
    await using _tracing = await startTracing({ ...options, share });
    await inSpan(`share ${share}`, {}, async () => {});
    const parent = `00-${"a".repeat(32)}-${"b".repeat(16)}-01`;
    await inSpan("kept by its caller", { parent }, async () => {});
  }
  expect(collected.named("share 0")).toBeUndefined();
  expect(collected.named("share 1")).toBeDefined();
  expect(collected.spans.filter(({ name }) => name === "kept by its caller")).toHaveLength(2);
  expect(collected.headers()?.get("x-tenant")).toBe("platz");
});

test("a span says what kind of work it is, and that it failed", async () => {
  await using collected = traceCollector();
  {
    await using _tracing = await startTracing({ serviceName: "test", endpoint: collected.endpoint });
    await inSpan("refused", { kind: "server" }, async () => failSpan("unavailable"));
  }
  expect(collected.named("refused")).toMatchObject({ kind: 2, status: { code: 2, message: "unavailable" } });
});
