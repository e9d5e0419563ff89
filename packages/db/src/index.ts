export { type ChangeListener, listen, RowChange } from "./listen.ts";
export { migrateDatabase, schemaIsCurrent } from "./migrate.ts";
export { type Database, type DatabaseOptions, openDatabase, type Queryable } from "./open-database.ts";
export type { PoolFigures } from "./pool-meter.ts";
export { isForeignKeyViolation, isUnavailable, isUniqueViolation } from "./postgres-error.ts";
export { waitForSchema } from "./wait-for-schema.ts";
export { warnOfPlainConnection } from "./warn-of-plain-connection.ts";
