/**
 * The work of a deployment task itself failed (a Helm run that ended badly, an action that answered 500).
 * The task ends with this message as its reason: it is written for the task's history and holds no secret.
 */
export class OperationFailed extends Error {
  override readonly name = "OperationFailed";
}
