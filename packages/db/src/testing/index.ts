export { createTestDatabase, type TestDatabase } from "./create-test-database.ts";
export { type DatabaseDoor, databaseDoor } from "./database-door.ts";
export { type FailingDatabase, failingDatabase } from "./failing-database.ts";
