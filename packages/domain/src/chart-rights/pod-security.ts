import type { PodSecurityLevel } from "../kind-grant.ts";
import { asChecked, type Check, ofBoth, ofContainers, ofHostUsers, ofLinux } from "./checked-pod.ts";
import type { PodTemplate } from "./pod-template.ts";
import { recordOf, recordsOf, short, shortOf, shortsOf } from "./rendered-object.ts";

const capabilitiesOfBaseline = new Set([
  "AUDIT_WRITE",
  "CHOWN",
  "DAC_OVERRIDE",
  "FOWNER",
  "FSETID",
  "KILL",
  "MKNOD",
  "NET_BIND_SERVICE",
  "SETFCAP",
  "SETGID",
  "SETPCAP",
  "SETUID",
  "SYS_CHROOT",
]);
const safeSysctls = new Set([
  "kernel.shm_rmid_forced",
  "net.ipv4.ip_local_port_range",
  "net.ipv4.ip_local_reserved_ports",
  "net.ipv4.ip_unprivileged_port_start",
  "net.ipv4.ping_group_range",
  "net.ipv4.tcp_fin_timeout",
  "net.ipv4.tcp_keepalive_intvl",
  "net.ipv4.tcp_keepalive_probes",
  "net.ipv4.tcp_keepalive_time",
  "net.ipv4.tcp_rmem",
  "net.ipv4.tcp_syncookies",
  "net.ipv4.tcp_wmem",
]);
const seLinuxTypes = new Set([
  "",
  "container_t",
  "container_init_t",
  "container_kvm_t",
  "container_engine_t",
]);
const restrictedVolumes = new Set([
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "image",
  "persistentVolumeClaim",
  "projected",
  "secret",
]);
const handlers = ["livenessProbe", "readinessProbe", "startupProbe"] as const;

const baseline: readonly Check[] = [
  ({ spec }) =>
    ["hostNetwork", "hostPID", "hostIPC"]
      .filter((field) => spec[field] === true)
      .map((field) => `${field}: true`),
  ({ spec }) =>
    recordsOf(spec["volumes"])
      .filter(({ hostPath }) => hostPath !== undefined && hostPath !== null)
      .map(({ name }) => `the hostPath volume ${shortOf(name)}`),
  ofContainers(({ security }) => (security["privileged"] === true ? "is privileged" : undefined)),
  ofContainers(({ security }) => {
    const added = shortsOf(recordOf(security["capabilities"])["add"]);
    const beyond = added.filter((name) => !capabilitiesOfBaseline.has(name));
    return beyond.length === 0 ? undefined : `adds capabilities (${beyond.slice(0, 5).join(", ")})`;
  }),
  ofContainers(({ fields }) => {
    const ports = recordsOf(fields["ports"]).filter(
      ({ hostPort }) => hostPort !== undefined && hostPort !== 0,
    );
    return ports.length === 0 ? undefined : `uses the host port ${shortOf(ports[0]?.["hostPort"])}`;
  }),
  ofContainers(({ fields }) => {
    const { postStart, preStop } = recordOf(fields["lifecycle"]);
    const asked = [...handlers.map((name) => fields[name]), postStart, preStop].map(recordOf);
    const hosts = asked.flatMap(({ httpGet, tcpSocket }) => [
      recordOf(httpGet)["host"],
      recordOf(tcpSocket)["host"],
    ]);
    return hosts.some((host) => typeof host === "string" && host !== "")
      ? "is probed at another host"
      : undefined;
  }),
  ofBoth("seLinuxOptions", ({ type, user, role }) =>
    seLinuxTypes.has(shortOf(type)) && shortOf(user) === "" && shortOf(role) === ""
      ? undefined
      : "SELinux options",
  ),
  ofBoth("appArmorProfile", ({ type }) => (type === "Unconfined" ? "no AppArmor profile" : undefined)),
  ({ annotations }) =>
    Object.entries(annotations)
      .filter(([key]) => key.startsWith("container.apparmor.security.beta.kubernetes.io/"))
      .filter(([, profile]) => !/^($|runtime\/default$|localhost\/)/.test(shortOf(profile)))
      .map(() => "no AppArmor profile"),
  ofBoth("seccompProfile", ({ type }) => (type === "Unconfined" ? "no seccomp profile" : undefined)),
  ofBoth("windowsOptions", ({ hostProcess }) =>
    hostProcess === true ? "a Windows host process" : undefined,
  ),
  ofHostUsers(
    ofContainers(({ security: { procMount = null } }) =>
      procMount === null || procMount === "Default" ? undefined : "shows all of /proc",
    ),
  ),
  ({ security }) =>
    recordsOf(security["sysctls"])
      .filter(({ name }) => !safeSysctls.has(shortOf(name)))
      .map(({ name }) => `the sysctl ${shortOf(name)}`),
];

const restricted: readonly Check[] = [
  ({ spec }) =>
    recordsOf(spec["volumes"]).flatMap(({ name, ...sources }) =>
      Object.keys(sources)
        .filter((source) => !restrictedVolumes.has(source))
        .map((source) => `the ${short(source)} volume ${shortOf(name)}`),
    ),
  ofLinux(({ security }) =>
    security["allowPrivilegeEscalation"] === false ? undefined : "lacks allowPrivilegeEscalation: false",
  ),
  ofHostUsers(
    ofContainers(({ security }, pod) => {
      const nonRoot = security["runAsNonRoot"] ?? pod.security["runAsNonRoot"];
      return nonRoot === true ? undefined : "lacks runAsNonRoot: true";
    }),
  ),
  ofHostUsers(({ security }) => (security["runAsUser"] === 0 ? ["runAsUser: 0"] : [])),
  ofHostUsers(ofContainers(({ security }) => (security["runAsUser"] === 0 ? "has runAsUser: 0" : undefined))),
  ofLinux(({ security }, pod) => {
    const { type } = recordOf(security["seccompProfile"] ?? pod.security["seccompProfile"]);
    return type === "RuntimeDefault" || type === "Localhost" ? undefined : "lacks a seccompProfile";
  }),
  ofLinux(({ security }) => {
    const { drop, add } = recordOf(security["capabilities"]);
    if (!shortsOf(drop).includes("ALL")) return "does not drop ALL capabilities";
    return shortsOf(add).every((name) => name === "NET_BIND_SERVICE") ? undefined : "adds capabilities";
  }),
];

const PROBLEMS_MAX = 10;

/** What each level of Pod Security newly forbids of a pod, as far as its template tells: the API server has the last word. */
export interface PodProblems {
  readonly baseline: readonly string[];
  readonly restricted: readonly string[];
}

export function podProblems(template: PodTemplate): PodProblems {
  const pod = asChecked(template);
  const found = (checks: readonly Check[]) =>
    [...new Set(checks.flatMap((check) => check(pod)))].slice(0, PROBLEMS_MAX);
  return { baseline: found(baseline), restricted: found(restricted) };
}

/** What a level has against a pod: each forbids what the one before it does. */
export function problemsAt(level: PodSecurityLevel, problems: PodProblems): readonly string[] {
  if (level === "privileged") return [];
  return level === "baseline" ? problems.baseline : [...problems.baseline, ...problems.restricted];
}
