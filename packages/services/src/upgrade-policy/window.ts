import type { UpgradeWindow } from "@platz/domain";

const weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/** Whether upgrades may begin now. */
export function isWindowOpen({ days, from, until, timeZone }: UpgradeWindow, now: Date): boolean {
  const { day, time } = localTime(now, timeZone);
  const isDay = days.includes(day);
  if (from < until) return isDay && from <= time && time < until;
  if (from === until) return isDay;
  // Over midnight: the early hours belong to the day before.
  const wasDay = days.includes(day === 1 ? 7 : day - 1);
  return (isDay && time >= from) || (wasDay && time < until);
}

/** A window in words, as `Mon, Tue 22:00–04:00 Europe/Berlin`. */
export function windowText({ days, from, until, timeZone }: UpgradeWindow): string {
  const names = days.toSorted((a, b) => a - b).map((day) => weekdays[day - 1]);
  return `${names.join(", ")} ${from === until ? "all day" : `${from}–${until}`} ${timeZone}`;
}

function localTime(now: Date, timeZone: string): { readonly day: number; readonly time: string } {
  const options = {
    timeZone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  } as const;
  const parts = new Intl.DateTimeFormat("en-GB", options).formatToParts(now);
  const part = (wanted: string) => parts.find(({ type }) => type === wanted)?.value ?? "";
  return { day: weekdays.indexOf(part("weekday")) + 1, time: `${part("hour")}:${part("minute")}` };
}
