import { registerClass } from "../base/register.js";
import type { DeclaredClass } from "../base/registry.js";
import type { Schedule } from "./schedule.js";

/**
 * Makes a class of schedules of your own known to what reads files; one of the same name is replaced.
 * @param scheduleClass made with `schedules.defineSchedule`
 * @throws TypeError for another value
 */
export function registerSchedule(scheduleClass: DeclaredClass<Schedule>): void {
  registerClass("schedule", scheduleClass);
}
