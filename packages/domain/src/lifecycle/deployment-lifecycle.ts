import type { DeploymentStatus } from "../deployment.ts";
import type { OperationKind } from "../operations/index.ts";

/**
 * What a running task shows on its deployment, by operation (workers spec 3.6): `null` leaves the status alone.
 * A deployment that is being deleted stays `Deleting` whatever runs.
 */
const during: Readonly<Record<OperationKind, DeploymentStatus | null>> = {
  Install: "Installing",
  Upgrade: "Upgrading",
  Rollback: "Upgrading",
  Reinstall: "Upgrading",
  Recreate: "Renaming",
  Uninstall: "Uninstalling",
  InvokeAction: null,
  RestartK8sResource: null,
};

const after: Readonly<Record<OperationKind, DeploymentStatus | null>> = {
  Install: "Running",
  Upgrade: "Running",
  Rollback: "Running",
  Reinstall: "Running",
  Recreate: "Renaming",
  Uninstall: "Uninstalled",
  InvokeAction: null,
  RestartK8sResource: null,
};

/** The deployment's status while a task of this operation runs. */
export function statusDuring(kind: OperationKind, now: DeploymentStatus): DeploymentStatus {
  return now === "Deleting" ? now : (during[kind] ?? now);
}

/** The deployment's status after such a task ended well. */
export function statusAfter(kind: OperationKind, now: DeploymentStatus): DeploymentStatus {
  return now === "Deleting" ? now : (after[kind] ?? now);
}

/** The deployment's status after such a task failed or was canceled while it ran. */
export function statusAfterFailure(kind: OperationKind, now: DeploymentStatus): DeploymentStatus {
  return now === "Deleting" || during[kind] === null ? now : "Error";
}
