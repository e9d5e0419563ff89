import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { issueDeploymentToken } from "@platz/auth";
import { DeploymentId } from "@platz/domain";
import { deploymentId, signingKeys } from "../testing/platz-stub.ts";
import { credentialsIn, mountedCredentials, NoCredentials, ownDeployment } from "./credentials.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "platz-creds-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** As the agent writes `platz-creds`. */
async function mount(changes: Record<string, string> = {}) {
  const options = { ttlMs: 3_600_000, now: new Date("2026-03-01T00:00:00Z") };
  const { token } = await issueDeploymentToken(
    signingKeys("access"),
    DeploymentId.parse(deploymentId),
    options,
  );
  const files = {
    access_token: token,
    server_url: "https://platz.example.com/",
    expires_at: "2026-03-01T01:00:00.000+00:00",
    ...changes,
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return token;
}

test("the mounted Secret says where Platz is, which deployment this is, and until when", async () => {
  const token = await mount();
  expect(await mountedCredentials(folder)()).toEqual({
    url: "https://platz.example.com/",
    token,
    expiresAt: new Date("2026-03-01T01:00:00Z"),
  });
  expect(await ownDeployment(mountedCredentials(folder))).toEqual({
    platzUrl: "https://platz.example.com/",
    deploymentId,
  });
});

test.each([{ server_url: "" }, { server_url: "platz" }, { access_token: " " }, { expires_at: "soon" }])(
  "a Secret with %p is none, and what it holds is not repeated",
  async (changes) => {
    await mount(changes);
    const error = await mountedCredentials(folder)().catch((error: unknown) => error);
    expect(error).toBeInstanceOf(NoCredentials);
    expect(String(error)).toContain(folder);
    expect(String(error)).not.toContain("eyJ");
  },
);

test("where nothing is mounted it is said what to mount", async () => {
  await expect(mountedCredentials(join(folder, "none"))()).rejects.toThrow(
    "mount the Secret platz-creds there",
  );
});

test("credentials of somebody else are not those of a deployment", async () => {
  const source = async () => ({ url: "https://platz.example.com/", token: "platz_abc", expiresAt: null });
  await expect(ownDeployment(source)).rejects.toThrow("not those of a deployment");
});

test("variables of the environment come before what is mounted, and say where that is", async () => {
  const mounted = await mount();
  const find = (env: Record<string, string>) => credentialsIn({ PLATZ_CREDS_FOLDER: folder, ...env });
  expect(await find({ PLATZ_URL: "https://p.example.com", PLATZ_API_TOKEN: "platz_1" })).toEqual({
    url: "https://p.example.com",
    token: "platz_1",
    expiresAt: null,
  });
  expect(await find({ PLATZ_URL: "https://p.example.com", PLATZ_USER_TOKEN: "jwt" })).toMatchObject({
    token: "jwt",
  });
  expect(await find({})).toMatchObject({ url: "https://platz.example.com/", token: mounted });
  await expect(find({ PLATZ_API_TOKEN: "platz_1" })).rejects.toThrow("PLATZ_URL, which is not set");
});

test("an address alone goes with the mounted credentials when they are of that Platz, and of no other", async () => {
  const token = await mount();
  const find = (url: string) => credentialsIn({ PLATZ_CREDS_FOLDER: folder, PLATZ_URL: url });
  for (const url of ["https://platz.example.com", "https://platz.example.com/"]) {
    expect(await find(url)).toMatchObject({ token });
  }
  for (const url of ["https://other.example.com", "http://platz.example.com", "platz"]) {
    await expect(find(url)).rejects.toThrow("another Platz");
  }
});
