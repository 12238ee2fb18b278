/** The schedule is not a cron expression, or it never matches. */
export class ScheduleError extends Error {
  override readonly name = 'ScheduleError';
}
