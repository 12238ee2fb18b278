/** The schedule is no cron expression, or one whose time never comes. */
export class ScheduleError extends Error {
  override readonly name = 'ScheduleError';
}
