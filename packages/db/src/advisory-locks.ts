/** The advisory locks of Platz, each a number of its own that is the same in every process. */
export const advisoryLocks = {
  /** Whoever holds it migrates. */
  migration: 7_529_001,
  /** Whoever holds it makes, or clones, the template of test databases. */
  testTemplate: 7_529_002,
  /** Those who ask for Reinstalls take turns, so that two never miss each other. */
  reinstalls: 7_529_003,
  /** Whoever holds it gives positions to changes. */
  eventPositions: 7_529_004,
  /** Whoever holds it makes or retires signing keys. */
  signingKeys: 7_529_005,
  /** Those who ask clusters take turns, so that all who wait are counted. */
  clusterQuestions: 7_529_006,
  /** Whoever holds it chains the audit log, or deletes what is old of it. */
  auditChain: 7_529_012,
  /** Whoever holds it looks through the past for secrets that were written in the open. */
  sealedPast: 7_529_013,
} as const;
