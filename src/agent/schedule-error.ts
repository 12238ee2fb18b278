/** Thrown if the schedule is not a cron expression, or never matches. */
export class ScheduleError extends Error {
  override readonly name = 'ScheduleError';
}
