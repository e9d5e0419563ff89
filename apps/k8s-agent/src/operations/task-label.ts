/** The label by which a task knows its own work again, on the revisions that it makes. */
export const TASK_LABEL = "platz-task";
