export { createKeyRing, type KeyRing } from "./create-key-ring.ts";
export { asSealed, type Sealed } from "./sealed.ts";
export { SealingError, type SealingErrorKind } from "./sealing-error.ts";
export { Secret } from "./secret.ts";
