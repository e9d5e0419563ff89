import { chmod, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { z } from "zod";
import { freePort } from "../local-stack/choose-port.ts";
import { controlPlaneCertificates, readPems } from "../local-stack/parts/certificates.ts";
import { startControlPlane } from "../local-stack/parts/control-plane.ts";
import { startPostgres } from "../local-stack/parts/postgres.ts";
import { startRegistry } from "../local-stack/parts/registry.ts";
import { isAlive } from "../local-stack/stack-file.ts";
import { ensureToolchain } from "../toolchain/ensure-toolchain.ts";
import type { Report } from "../toolchain/source.ts";
import { startEksAuthenticator } from "./eks-authenticator.ts";
import { startNodeAgent } from "./node-agent/start-node-agent.ts";

/** The variables by which tests find the real parts. */
const TestEnvironment = z.object({
  /** A superuser's address: each test file makes a database of its own there. */
  PLATZ_TEST_DATABASE_URL: z.string().min(1),
  /** Cluster admin of a real control plane. */
  PLATZ_TEST_KUBECONFIG: z.string().min(1),
  /** `host:port` of an OCI registry, plain HTTP. */
  PLATZ_TEST_REGISTRY: z.string().min(1),
  PLATZ_TEST_HELM: z.string().min(1),
  /** The name under which the control plane is an EKS cluster: tokens are to be for it. */
  PLATZ_TEST_EKS_CLUSTER: z.string().min(1),
});
export type TestEnvironment = Readonly<z.output<typeof TestEnvironment>>;

export interface TestParts extends AsyncDisposable {
  readonly environment: TestEnvironment;
}

const PREFIX = "platz-test-";
const EKS_CLUSTER = "platz-test";

/** Folders of runs that were killed before they could remove them. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = /^platz-test-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) {
      await rm(join(tmpdir(), name), { recursive: true, force: true });
    }
  }
}

/** Starts every real part that tests need, in a folder that goes when they are disposed. */
export async function startTestParts(report: Report): Promise<TestParts> {
  await using started = new AsyncDisposableStack();
  await removeLeftovers();
  const folder = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  // PostgreSQL may run as another user, who has to pass through; what is secret in it has modes of its own.
  await chmod(folder, 0o711);
  started.defer(() => rm(folder, { recursive: true, force: true }));
  const tools = await ensureToolchain(report);
  const logFolder = folder;
  const { url: tokenReviewUrl } = started.use(startEksAuthenticator(EKS_CLUSTER));
  const begun = performance.now();
  const [postgres, controlPlane, registry] = await Promise.all([
    startPostgres({
      folder: join(folder, "postgres"),
      logFolder,
      port: await freePort(),
      password: crypto.randomUUID(),
      settings: ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=500"],
      report,
    }).then((part) => started.use(part)),
    startControlPlane({ folder: join(folder, "cluster"), logFolder, tools, tokenReviewUrl }).then((part) =>
      started.use(part),
    ),
    startRegistry({ crane: tools.crane, port: await freePort(), logFolder }).then((part) =>
      started.use(part),
    ),
  ]);
  const pems = await readPems(await controlPlaneCertificates(join(folder, "cluster", "pki")));
  started.use(
    await startNodeAgent({
      kubeconfig: controlPlane.kubeconfig,
      folder: join(folder, "pods"),
      path: `${dirname(tools.helm)}:/usr/local/bin:/usr/bin:/bin`,
      tls: { cert: pems.serverCert, key: pems.serverKey },
      report,
    }),
  );
  report(
    `PostgreSQL, a control plane and a registry are up, ${Math.round((performance.now() - begun) / 100) / 10} s`,
  );
  const stop = started.move();
  return {
    environment: {
      PLATZ_TEST_DATABASE_URL: postgres.url,
      PLATZ_TEST_KUBECONFIG: controlPlane.kubeconfig,
      PLATZ_TEST_REGISTRY: registry.domain,
      PLATZ_TEST_HELM: tools.helm,
      PLATZ_TEST_EKS_CLUSTER: EKS_CLUSTER,
    },
    [Symbol.asyncDispose]: () => stop.disposeAsync(),
  };
}

/** The parts that somebody else keeps up, when all of them are named in the environment. */
export function partsFromEnvironment(): TestEnvironment | undefined {
  return TestEnvironment.safeParse(process.env).data;
}
