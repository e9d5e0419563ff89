import { afterEach, beforeEach, expect, test } from "bun:test";
import { loadConfig } from "@platz/config";
import { withOidcParameters } from "./oidc-parameters.ts";
import { ApiSettings } from "./settings.ts";

const stored: Readonly<Record<string, string>> = {
  "/platz/oidc/url": "https://id.example.com",
  "/platz/oidc/client": "platz",
  "/platz/oidc/secret": "from-ssm",
  "/platz/oidc/broken": "nonsense",
};

/** Speaks the JSON protocol of SSM for the one call that is made. */
function ssm(answer?: () => Response) {
  const asked: { readonly target: string | null; readonly authorization: string; readonly body: unknown }[] =
    [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      const body = (await request.json()) as { Names: string[] };
      const authorization = request.headers.get("authorization") ?? "";
      asked.push({ target: request.headers.get("x-amz-target"), authorization, body });
      if (answer) return answer();
      const names = body.Names.filter((name) => Object.hasOwn(stored, name));
      return Response.json(
        {
          Parameters: names.map((Name) => ({ Name, Value: stored[Name], Type: "SecureString" })),
          InvalidParameters: body.Names.filter((name) => !names.includes(name)),
        },
        { headers: { "content-type": "application/x-amz-json-1.1" } },
      );
    },
  });
  process.env["AWS_ENDPOINT_URL_SSM"] = `http://127.0.0.1:${server.port}`;
  return { asked, [Symbol.asyncDispose]: () => server.stop(true) };
}

const aws = {
  AWS_REGION: "eu-central-1",
  AWS_ACCESS_KEY_ID: "AKIATEST",
  AWS_SECRET_ACCESS_KEY: "test-secret",
  AWS_MAX_ATTEMPTS: "1",
};
const before: Record<string, string | undefined> = {};
beforeEach(() => {
  for (const [name, value] of Object.entries({ ...aws, AWS_ENDPOINT_URL_SSM: "" })) {
    before[name] = process.env[name];
    process.env[name] = value;
  }
});
afterEach(() => {
  for (const [name, value] of Object.entries(before)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

const settings = (changes: Record<string, string>) =>
  loadConfig(ApiSettings, {
    PLATZ_OWN_URL: "https://platz.example.com",
    OIDC_SERVER_URL: "ssm:/platz/oidc/url",
    OIDC_CLIENT_ID: "ssm:/platz/oidc/client",
    OIDC_CLIENT_SECRET: "ssm:/platz/oidc/secret",
    PLATZ_ENCRYPTION_KEYS: `k:${btoa("k".repeat(32))}`,
    DATABASE_URL: "postgres://h/d",
    ...changes,
  });

test("what the settings name in SSM is read from there at once, decrypted, by a signed request", async () => {
  await using parameters = ssm();
  expect(await withOidcParameters(settings({}))).toMatchObject({
    OIDC_SERVER_URL: "https://id.example.com",
    OIDC_CLIENT_ID: "platz",
    OIDC_CLIENT_SECRET: "from-ssm",
  });
  expect(parameters.asked).toHaveLength(1);
  expect(parameters.asked[0]).toMatchObject({
    target: "AmazonSSM.GetParameters",
    body: { WithDecryption: true },
  });
  expect(parameters.asked[0]?.authorization).toContain("AWS4-HMAC-SHA256 Credential=AKIATEST/");
});

test("settings that name nothing there ask nobody", async () => {
  await using parameters = ssm();
  const plain = settings({
    OIDC_SERVER_URL: "https://id.example.com",
    OIDC_CLIENT_ID: "platz",
    OIDC_CLIENT_SECRET: "s",
  });
  expect(await withOidcParameters(plain)).toEqual(plain);
  expect(parameters.asked).toEqual([]);
});

test("a parameter that is missing or unusable, and SSM refusing, stop the start by name, without a secret", async () => {
  await using _parameters = ssm();
  await expect(withOidcParameters(settings({ OIDC_CLIENT_ID: "ssm:/none" }))).rejects.toThrow(
    "OIDC_CLIENT_ID: there is no SSM parameter /none that this process may read",
  );
  const broken = withOidcParameters(settings({ OIDC_SERVER_URL: "ssm:/platz/oidc/broken" }));
  await expect(broken).rejects.toThrow("OIDC_SERVER_URL: the SSM parameter /platz/oidc/broken is no http://");
  await expect(broken).rejects.not.toThrow("nonsense");
  await using _refusing = ssm(() =>
    Response.json({ __type: "AccessDeniedException", message: "no" }, { status: 400 }),
  );
  await expect(withOidcParameters(settings({}))).rejects.toThrow(
    "AWS SSM cannot be asked (AccessDeniedException)",
  );
});
