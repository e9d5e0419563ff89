import { describe, expect, test } from "bun:test";
import { generateKeyPairSync } from "node:crypto";
import { cosignSignatures, digestOfSignatureTag, judgeSignatures, readCosignKey } from "./cosign.ts";
import { packageChart } from "./package-chart.ts";
import { pushChart } from "./push-chart.ts";
import { sampleChart } from "./testing/sample-chart.ts";
import { cosignPayload, signChart, signed, signingKeys } from "./testing/sign-chart.ts";
import { testRegistry } from "./testing/test-registry.ts";

const digest = `sha256:${"ab".repeat(32)}`;
const release = signingKeys();
const other = signingKeys();
const keys = [
  { name: "release", publicKey: release.publicKey },
  { name: "other", publicKey: other.publicKey },
];
const judge = (...signatures: ReturnType<typeof signed>[]) => judgeSignatures(signatures, { digest, keys });

describe("by the keys of its registry a chart is", () => {
  test("signed, by whichever of them, whatever other signatures there are", () => {
    const good = signed(cosignPayload(digest), other.privateKey);
    const strange = signed(cosignPayload(digest), signingKeys().privateKey);
    expect(judge(good)).toEqual({ status: "signed", key: "other", reason: null });
    expect(judge(strange, good)).toEqual({ status: "signed", key: "other", reason: null });
  });

  test("unsigned without any", () => {
    expect(judge()).toEqual({ status: "unsigned", key: null, reason: null });
  });

  test.each<[string, () => ReturnType<typeof signed>, string]>([
    [
      "by a key that is not among them",
      () => signed(cosignPayload(digest), signingKeys().privateKey),
      "No key",
    ],
    [
      "of another chart",
      () => signed(cosignPayload(`sha256:${"cd".repeat(32)}`), release.privateKey),
      "The key release has signed something else.",
    ],
    [
      "of something that is no chart",
      () => signed("hello", release.privateKey),
      "The key release has signed",
    ],
    [
      "of another type",
      () => signed(cosignPayload(digest).replace("container image", "other"), release.privateKey),
      "The key release has signed something else.",
    ],
    [
      "of a text that was changed since",
      () => ({
        ...signed(cosignPayload(digest), release.privateKey),
        payload: Buffer.from(`${cosignPayload(digest)} `).toString("base64"),
      }),
      "No key",
    ],
    [
      "that is none",
      () => ({ ...signed(cosignPayload(digest), release.privateKey), signature: "AAAA" }),
      "No key",
    ],
    ["that is empty", () => ({ payload: "", signature: "" }), "No key"],
  ])("badly signed with a signature %s", (_, signature, reason) => {
    expect(judge(signature())).toEqual({ status: "bad", key: null, reason: expect.stringContaining(reason) });
  });

  test("badly signed when there are none any more", () => {
    const signatures = [signed(cosignPayload(digest), release.privateKey)];
    expect(judgeSignatures(signatures, { digest, keys: [] }).status).toBe("bad");
  });
});

test("a key is ECDSA on P-256 in PEM, and nothing else", () => {
  expect(readCosignKey(release.publicKey)).toBeDefined();
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey;
  const secret = release.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const pem = rsa.export({ type: "spki", format: "pem" }).toString();
  for (const wrong of ["", "hello", signingKeys("P-384").publicKey, pem, secret]) {
    expect(readCosignKey(wrong)).toBeUndefined();
  }
});

test("signatures are found beside a chart under the tag that cosign gives them", async () => {
  const { registry, prefix } = testRegistry();
  const repository = `${prefix}/signed-chart`;
  const chart = await pushChart(registry, await packageChart(sampleChart("signed")), {
    repository,
    tag: "1.0.0",
  });
  expect(await cosignSignatures(registry, { repository, digest: chart.digest })).toEqual([]);
  await signChart(
    registry,
    { repository, digest: chart.digest },
    signingKeys().privateKey,
    release.privateKey,
  );
  const signatures = await cosignSignatures(registry, { repository, digest: chart.digest });
  expect(signatures).toHaveLength(2);
  expect(judgeSignatures(signatures, { digest: chart.digest, keys })).toMatchObject({ key: "release" });
});

test("the tag of signatures says whose they are", () => {
  expect(digestOfSignatureTag(`sha256-${"ab".repeat(32)}.sig`)).toBe(digest);
  for (const tag of ["1.0.0", `sha256-${"ab".repeat(31)}.sig`, `sha256-${"ab".repeat(32)}.att`]) {
    expect(digestOfSignatureTag(tag)).toBeUndefined();
  }
});
